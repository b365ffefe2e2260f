using System.CommandLine;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem tmpfs</c>: the tmpfs mounts and their sizes.</summary>
internal sealed class TmpfsCommand : EngineCommand, ITellsColumns
{
    private readonly NameParameter mountPoints = new("Only mounts at this place, such as '/dev/shm'", "--mount-point", "PATH");

    public TmpfsCommand(StandardStreams streams, CancellationToken cancellation)
        : base("tmpfs", "The tmpfs mounts: how large they are, and how much memory their files take. Needs no rights.", streams, cancellation)
    {
        mountPoints.AddTo(this);
        AddCommonOptions(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => TmpfsColumns.All;

    private void Run(ParseResult parsed)
    {
        using Machine root = Machine.Open(ProcRoot(parsed), Cancellation);
        Write(parsed, TmpfsColumns.All, Named(TmpfsTable.List(root, Cancellation), mountPoints.Names(parsed), mount => [mount.MountPoint], ScanNotices.NoMount));
    }
}
