using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>Huge pages (hugetlb) set aside for a test, on top of those the machine has in use, and given back after it.</summary>
internal sealed class HugePageReservation : IDisposable
{
    private const string Path = "/proc/sys/vm/nr_hugepages";
    private readonly Setting setting;

    private HugePageReservation(Setting setting) => this.setting = setting;

    /// <summary>Sets pages aside; skips the test where there are not so many to be had or they are not of 2 MiB.</summary>
    public static HugePageReservation Take(int pages)
    {
        Skip.IfNot(File.ReadAllText("/proc/meminfo").Contains("Hugepagesize:       2048 kB", StringComparison.Ordinal), "Not tested: this machine's huge pages are not of 2 MiB.");
        int before = int.Parse(File.ReadAllText(Path), CultureInfo.InvariantCulture);
        string wanted = (before + pages).ToString(CultureInfo.InvariantCulture);
        var reservation = new HugePageReservation(Setting.Change(Path, wanted));
        if (reservation.setting.Value != wanted)
        {
            reservation.Dispose();
            throw new SkipException($"Not tested: the machine's memory is too fragmented for {pages} huge pages.");
        }

        return reservation;
    }

    /// <inheritdoc/>
    public void Dispose() => setting.Dispose();
}
