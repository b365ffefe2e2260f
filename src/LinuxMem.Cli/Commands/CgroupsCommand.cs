using System.CommandLine;
using System.IO.Enumeration;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem cgroups</c>: the control groups that have processes, our count beside the kernel's charge.</summary>
internal sealed class CgroupsCommand : Command
{
    private readonly Option<string[]> names = new("--name")
    {
        Description = "Only control groups with this name or path, such as 'sshd.service' or '/system.slice/*'; * and ? stand for any characters. May be repeated.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> skipScan = new("--skip-scan")
    {
        Description = "Read the kernel's charges alone, and no page map: takes milliseconds, and needs no rights.",
    };

    private readonly ThreadsParameter threads = new();

    private readonly ProcRootParameter procRoot = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public CgroupsCommand(StandardStreams streams, CancellationToken cancellation)
        : base("cgroups", "The control groups that have processes: what these hold beside what the kernel has charged, the limit that binds, and what fills it; largest first.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        Options.Add(names);
        Options.Add(skipScan);
        procRoot.AddTo(this);
        threads.AddTo(this);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        CgroupResult result = CgroupReport.Read(new CgroupOptions
        {
            ProcRoot = procRoot.Path(parsed),
            SkipScan = parsed.GetValue(skipScan),
            Threads = threads.Count(parsed),
            Cancellation = cancellation,
        });
        IEnumerable<string> unread = ScanNotices.Unread(result.Unread, ScanNotices.FromCgroups) is string missing ? [missing] : [];
        foreach (string warning in (result.Scan is ScanResult scan ? ScanNotices.Warnings(scan) : result.Warnings).Concat(unread))
        {
            streams.Say($"linuxmem: warning: {warning}");
        }

        if (result.Scan is not null)
        {
            streams.Say(ScanNotices.Scanned(result.Scan));
        }

        foreach (string name in (parsed.GetValue(names) ?? []).Where(name => name.AsSpan().IndexOfAny('*', '?') < 0 && !result.Groups.Any(one => IsNamed(one, [name]))))
        {
            streams.Say($"linuxmem: warning: {ScanNotices.NoCgroup(name)}");
        }

        SectionWriter.Write(streams, output.Format(parsed), CgroupColumns.All, [new Section<MemCgroup>(null, [.. result.Groups.Where(one => IsNamed(one, parsed.GetValue(names)))])]);
        return ExitCode.Done;
    }

    private static bool IsNamed(MemCgroup one, string[]? wanted) =>
        wanted is not { Length: > 0 }
        || Array.Exists(wanted, name => FileSystemName.MatchesSimpleExpression(name, one.Name, ignoreCase: false) || FileSystemName.MatchesSimpleExpression(name, one.Path, ignoreCase: false));
}
