using System.Text.RegularExpressions;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The name of an Oracle instance's process monitor: <c>ora_pmon_SID</c>, and <c>asm</c>, <c>mdb</c> and
/// <c>apx</c> for other kinds of instances.
/// </summary>
/// <param name="Kind">ora, asm, mdb or apx.</param>
/// <param name="Sid">The instance.</param>
internal sealed partial record PmonName(string Kind, string Sid)
{
    /// <summary>
    /// Parses a command line; null when it is not that of a process monitor, which has a name and no arguments.
    /// </summary>
    public static PmonName? Of(Machine root, MemProcess process) =>
        process.CommandLine is string line && Form().Match(line) is { Success: true } match && IsOneArgument(root, process)
            ? new PmonName(match.Groups["kind"].Value, match.Groups["sid"].Value)
            : null;

    private static bool IsOneArgument(Machine root, MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[4096];
        int n = root.ReadAll(Machine.ProcessPath(name, process.Id, "/cmdline"u8), ref buffer);
        return n > 0 && buffer.AsSpan(0, n).TrimEnd((byte)0).IndexOf((byte)0) < 0;
    }

    [GeneratedRegex(@"\A(?<kind>ora|asm|mdb|apx)_pmon_(?<sid>.+)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
