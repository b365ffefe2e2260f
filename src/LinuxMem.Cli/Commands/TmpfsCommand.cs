using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem tmpfs</c>: the tmpfs mounts and their sizes.</summary>
internal sealed class TmpfsCommand : Command
{
    private readonly ProcRootParameter procRoot = new();
    private readonly OutputParameter output = new();
    private readonly StandardStreams streams;
    private readonly CancellationToken cancellation;

    public TmpfsCommand(StandardStreams streams, CancellationToken cancellation)
        : base("tmpfs", "The tmpfs mounts: how large they are, and how much memory their files take. Needs no rights.")
    {
        this.streams = streams;
        this.cancellation = cancellation;
        procRoot.AddTo(this);
        output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        using Machine root = Machine.Open(procRoot.Path(parsed), cancellation);
        IReadOnlyList<TmpfsMount> mounts = TmpfsTable.List(root, cancellation);
        SectionWriter.Write(streams, output.Format(parsed), TmpfsColumns.All, [new Section<TmpfsMount>(null, mounts)]);
        return ExitCode.Done;
    }
}
