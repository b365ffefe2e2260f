using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
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
    /// <summary>The longest command line of one, in bytes; Oracle's own names of instances have 15 at the most.</summary>
    private const int MaxBytes = 256;

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
    /// The name that a process bears; null when it is no process monitor, which has a name and no arguments. What is longer
    /// is something else: only its beginning is read.
    /// </summary>
    private static PmonName? Of(Machine root, MemProcess process)
    {
        Span<byte> path = stackalloc byte[64];
        Span<byte> line = stackalloc byte[MaxBytes + 1];
        using OpenedFile file = root.Open(process.AddressSpacePath(path, "/cmdline"u8));
        int n = ProcFile.ReadUpTo(file, line, 0);
        if (n is <= 0 or > MaxBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> name = line[..n].TrimEnd((byte)0);
        return name.IndexOf((byte)0) < 0 && name.IndexOf("_pmon_"u8) == 3
            && Form().Match(SurrogateEscape.Decode(name)) is { Success: true } match && process.IsStillThere()
            ? new PmonName(match.Groups["kind"].Value, match.Groups["sid"].Value)
            : null;
    }

    [GeneratedRegex(@"\A(?<kind>ora|asm|mdb|apx)_pmon_(?<sid>.+)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
