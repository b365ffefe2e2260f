using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO.Enumeration;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem shared</c>: the shared memory objects, and who holds them.</summary>
internal sealed class SharedCommand : Command
{
    private readonly Option<SharedMemoryKind[]> kinds = new("--kind")
    {
        Description = $"Only objects of these kinds: {string.Join(", ", Enum.GetNames<SharedMemoryKind>())}. May be repeated.",
        HelpName = "KIND[,KIND]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseKinds,
    };

    private readonly Option<string[]> names = new("--name")
    {
        Description = "Only objects with this name, as the kernel has it, such as '/dev/shm/x'; * and ? stand for any characters. May be repeated.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> skipOpenFiles = new("--skip-open-files")
    {
        Description = "Leave out what processes have open and not mapped.",
    };

    private readonly ThreadsParameter threads = new();

    private readonly ProcRootParameter procRoot = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public SharedCommand(StandardStreams streams, CancellationToken cancellation)
        : base("shared", "All shared memory objects (SysV, POSIX, memfd, anonymous, tmpfs, huge pages), who holds them, and what no process holds; largest first.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Options.Add(kinds);
        Options.Add(names);
        Options.Add(skipOpenFiles);
        procRoot.AddTo(this);
        threads.AddTo(this);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        SharedMemoryResult result = SharedObjects.Read(new SharedMemoryOptions
        {
            ProcRoot = procRoot.Path(parsed),
            SkipOpenFiles = parsed.GetValue(skipOpenFiles),
            Threads = threads.Count(parsed),
            Cancellation = cancellation,
        });
        IEnumerable<string> unread = ScanNotices.Unread(result.Unread, ScanNotices.FromHolders) is string missing ? [missing] : [];
        foreach (string warning in result.Warnings.Concat(unread))
        {
            streams.Say($"linuxmem: warning: {warning}");
        }

        foreach (string notice in result.Notices)
        {
            streams.Say(notice);
        }

        foreach (string name in (parsed.GetValue(names) ?? []).Where(name => name.AsSpan().IndexOfAny('*', '?') < 0 && !result.Objects.Any(one => IsNamed(one, [name]))))
        {
            streams.Say($"linuxmem: warning: {ScanNotices.NoSharedMemory(name)}");
        }

        SectionWriter.Write(streams, output.Format(parsed), SharedMemoryColumns.All, [new Section<SharedMemory>(null, [.. result.Objects.Where(one => IsOfKind(one, parsed.GetValue(kinds)) && IsNamed(one, parsed.GetValue(names)))])]);
        return ExitCode.Done;
    }

    private static bool IsOfKind(SharedMemory one, SharedMemoryKind[]? wanted) => wanted is not { Length: > 0 } || Array.Exists(wanted, kind => kind.ToString() == one.Kind);

    private static bool IsNamed(SharedMemory one, string[]? wanted) =>
        wanted is not { Length: > 0 } || Array.Exists(wanted, name => FileSystemName.MatchesSimpleExpression(name, one.Name, ignoreCase: false));

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
