using System.Text.RegularExpressions;

namespace LinuxMem.Engine.Shm;

/// <summary>Which Oracle instance a process speaks for.</summary>
internal static partial class InstanceName
{
    /// <summary>The SID, when the process is the monitor (pmon) of an instance; else null.</summary>
    public static string? Of(MemProcess process) =>
        process.CommandLine is string line && Monitor().Match(line) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("^(?:ora|asm|mdb|apx)_pmon_(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Monitor();
}
