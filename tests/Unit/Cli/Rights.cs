namespace LinuxMem.Unit.Cli;

/// <summary>What a test needs of the machine and of the user that runs it.</summary>
internal static class Rights
{
    /// <summary>CAP_SYS_ADMIN, without which the kernel shows no frame numbers (capabilities(7)).</summary>
    private const int SysAdmin = 21;

    /// <summary>Skips the test where frame numbers may not be seen.</summary>
    public static void RequireFrameNumbers() => Assert.SkipUnless(Effective(SysAdmin), "needs CAP_SYS_ADMIN");

    /// <summary>Skips the test where another user's process cannot be started.</summary>
    public static void RequireSetPriv()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, "setpriv"))),
            "needs setpriv (util-linux)");
    }

    private static bool Effective(int capability)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line["CapEff:".Length..].Trim(), 16) >> capability & 1) == 1;
    }
}
