using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Snapshots;

/// <summary>The devices of memory, as a snapshot records them.</summary>
[Beside(Company.Everybody)]
public class MemoryDevicesTests
{
    /// <summary>In the order of a table two snapshots of one machine would differ: it hashes differently in each process.</summary>
    [Fact]
    public void Devices_are_recorded_by_number_in_whatever_order_they_were_met()
    {
        MemoryDevice[] devices = [.. Enumerable.Range(1, 200).Select(minor => new MemoryDevice($"00:{minor:x2}", minor % 2 == 0 ? ObjectHome.Tmpfs : ObjectHome.Hugetlbfs))];
        MemoryDevice[] met = [.. devices];
        new Random(1).Shuffle(met);

        Assert.Equal(devices, new MemoryDevices(met).Known);
    }
}
