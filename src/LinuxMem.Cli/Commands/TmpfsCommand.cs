using System.CommandLine;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem tmpfs</c>: the tmpfs mounts and their sizes.</summary>
internal sealed class TmpfsCommand : EngineCommand
{
    public TmpfsCommand(StandardStreams streams, CancellationToken cancellation)
        : base("tmpfs", "The tmpfs mounts: how large they are, and how much memory their files take. Needs no rights.", streams, cancellation) =>
        AddCommonOptions(Run);

    private void Run(ParseResult parsed)
    {
        using Machine root = Machine.Open(ProcRoot(parsed), Cancellation);
        Write(parsed, TmpfsColumns.All, TmpfsTable.List(root, Cancellation));
    }
}
