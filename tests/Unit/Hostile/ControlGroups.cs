namespace LinuxMem.Unit.Hostile;

/// <summary>Where control groups are mounted on this machine.</summary>
internal static class ControlGroups
{
    /// <summary>The mount of version 2; skips the test where there is none that can be written to.</summary>
    public static string Unified() => Find(fields => fields[0] == "cgroup2") ?? throw Xunit.Sdk.SkipException.ForSkip("Not tested: cgroup version 2 is not mounted.");

    /// <summary>The mount of the freezer of version 1; null where there is none.</summary>
    public static string? Freezer() => OfVersion1("freezer");

    /// <summary>The mount of a controller of version 1; null where there is none.</summary>
    public static string? OfVersion1(string controller) => Find(fields => fields[0] == "cgroup" && fields[2].Split(',').Contains(controller));

    /// <summary>The mount of the memory controller of version 1; skips the test where there is none that can be written to.</summary>
    public static string Memory() => Writable("memory");

    /// <summary>The same of the controller that limits processes.</summary>
    public static string Pids() => Writable("pids");

    private static string Writable(string controller)
    {
        string? mount = Find(fields => fields[0] == "cgroup" && fields[2].Split(',').Contains(controller));
        Assert.SkipWhen(mount is null, $"Not tested: the controller '{controller}' of cgroup version 1 is not mounted.");
        string probe = Path.Combine(mount!, $"linuxmem-probe-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"Not tested: no control group can be made in '{mount}': {e.Message}");
        }

        return mount!;
    }

    private static string? Find(Func<string[], bool> isWanted) => File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(" - "))
        .Where(halves => halves.Length == 2 && isWanted(halves[1].Split(' ')))
        .Select(halves => halves[0].Split(' ')[4])
        .FirstOrDefault();
}
