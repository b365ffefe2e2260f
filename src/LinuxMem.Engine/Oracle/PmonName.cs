using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// The name of an Oracle instance's process monitor: <c>ora_pmon_SID</c>, and <c>asm</c>, <c>mdb</c> and
/// <c>apx</c> for other kinds of instances.
/// </summary>
/// <param name="Kind">ora, asm, mdb or apx.</param>
/// <param name="Sid">The instance.</param>
internal sealed partial record PmonName(string Kind, string Sid)
{
    /// <summary>The process monitors among processes, with their names.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyDictionary<MemProcess, PmonName> Find(Machine root, IReadOnlyList<MemProcess> processes, int threads, CancellationToken cancellation)
    {
        var found = new ConcurrentDictionary<MemProcess, PmonName>();
        ProcessInquiry.Each(processes, threads, process => Of(root, process), Add, cancellation);
        return found;

        void Add(MemProcess process, PmonName? name)
        {
            if (name is not null)
            {
                found[process] = name;
            }
        }
    }

    /// <summary>
    /// Parses a command line; null when it is not that of a process monitor, which has a name and no arguments.
    /// </summary>
    private static PmonName? Of(Machine root, MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = ReadFacts.BorrowBuffer();
        int n = root.ReadAll(process.AddressSpacePath(name, "/cmdline"u8), ref buffer);
        ReadFacts.ReturnBuffer(buffer);
        ReadOnlySpan<byte> argument = buffer.AsSpan(0, Math.Max(n, 0)).TrimEnd((byte)0);
        return argument.IndexOf((byte)0) < 0 && argument.IndexOf("_pmon_"u8) == 3 && Form().Match(SurrogateEscape.Decode(argument)) is { Success: true } match
            ? new PmonName(match.Groups["kind"].Value, match.Groups["sid"].Value)
            : null;
    }

    [GeneratedRegex(@"\A(?<kind>ora|asm|mdb|apx)_pmon_(?<sid>.+)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
