using System.CommandLine;
using System.CommandLine.Parsing;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem shared</c>: the shared memory objects, and who holds them.</summary>
internal sealed class SharedCommand : ReportCommand, ITellsColumns
{
    private readonly Option<SharedMemoryKind[]> kinds = new("--kind")
    {
        Description = $"Only objects of these kinds: {string.Join(", ", Enum.GetNames<SharedMemoryKind>())}. May be repeated.",
        HelpName = "KIND[,KIND]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseKinds,
    };

    private readonly NameParameter names = new("Only objects with this name, as the kernel has it, such as '/dev/shm/x'");

    private readonly Option<bool> skipOpenFiles = new("--skip-open-files")
    {
        Description = "Leave out what processes have open and not mapped.",
    };

    public SharedCommand(StandardStreams streams, CancellationToken cancellation)
        : base("shared", "All shared memory objects (SysV, POSIX, memfd, anonymous, tmpfs, huge pages), who holds them, and what no process holds; largest first.", streams, cancellation)
    {
        Options.Add(kinds);
        names.AddTo(this);
        Options.Add(skipOpenFiles);
        AddCommonOptions(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => SharedMemoryColumns.All;

    private void Run(ParseResult parsed)
    {
        SharedMemoryResult result = Read(parsed, new SharedMemoryOptions { SkipOpenFiles = parsed.GetValue(skipOpenFiles) }, SharedObjects.Read, ScanNotices.FromHolders);
        SharedMemoryKind[]? wanted = parsed.GetValue(kinds);
        Write(
            parsed,
            SharedMemoryColumns.All,
            [.. Named(result.Objects, names.Names(parsed), one => [one.Name], ScanNotices.NoSharedMemory).Where(one => wanted is not { Length: > 0 } || Array.Exists(wanted, kind => kind.ToString() == one.Kind))]);
    }

    private static SharedMemoryKind[] ParseKinds(ArgumentResult result)
    {
        var kinds = new List<SharedMemoryKind>();
        foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            // A number would be taken for the kind at that place.
            if (word.Length == 0 || !char.IsAsciiLetter(word[0]) || !Enum.TryParse(word, ignoreCase: true, out SharedMemoryKind kind))
            {
                result.AddError($"--kind needs one of {string.Join(", ", Enum.GetNames<SharedMemoryKind>())}, not '{word}'.");
                return [];
            }

            kinds.Add(kind);
        }

        return [.. kinds];
    }
}
