using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Tmpfs;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;
using ProcTree = LinuxMem.Engine.Sources.Machine;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how large the tmpfs mounts are, and how much memory their files take.</para>
/// <para type="description">Needs no rights. A mount that cannot be asked is emitted without sizes, with a Status that says why. The mounts with the Status OK, summed, count each file system once.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "Tmpfs", HelpUri = OnlineHelp.Pages + "Get-Tmpfs.md")]
[OutputType(typeof(TmpfsMount))]
public sealed class GetTmpfsCommand : SnapshotsCommand
{
    /// <summary>Mount points to show; * and ? stand for any characters. All when not given.</summary>
    [Parameter(Position = 0, HelpMessage = "Mount points to show; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MountPointCompleter))]
    public string[]? MountPoint { get; set; }

    private protected override string[] Chosen => [nameof(TmpfsMount.MountPoint)];

    private protected override string ChosenWords => "mount points, folders, and objects with a MountPoint";

    /// <summary>A folder is a mount point, not a snapshot unpacked.</summary>
    protected override void ProcessRecord()
    {
        InputObject = InputObject is null ? null : Array.ConvertAll(InputObject, input => (input is PSObject wrapped ? wrapped.BaseObject : input) is DirectoryInfo folder ? folder.FullName : input);
        base.ProcessRecord();
    }

    /// <summary>Emits the mounts in the kernel's order.</summary>
    private protected override void Report(PipedChoice choice)
    {
        string? root = ResolvedProcRoot();
        IReadOnlyList<TmpfsMount> mounts = Call(
            "Asking tmpfs mounts",
            () =>
            {
                using ProcTree tree = ProcTree.Open(root, Stopped);
                return TmpfsTable.List(tree, Stopped);
            },
            found => string.Create(CultureInfo.InvariantCulture, $"Found {found.Count} mounts"));
        WriteObject(Names(MountPoint, choice) is string[] asked ? Choose(mounts, asked) : mounts, enumerateCollection: true);
    }

    private IEnumerable<TmpfsMount> Choose(IReadOnlyList<TmpfsMount> mounts, string[] asked)
    {
        var chosen = new HashSet<TmpfsMount>();
        foreach (string name in asked)
        {
            string path = name.Length > 1 ? name.TrimEnd('/') : name;

            // A mount point may contain '[' and ']': match it literally before trying it as a pattern.
            TmpfsMount[] found = [.. mounts.Where(mount => mount.MountPoint == path)];
            bool isPattern = false;
            if (found.Length == 0)
            {
                (found, isPattern) = Match(mounts, path);
            }

            chosen.UnionWith(found);
            if (found.Length == 0 && !isPattern)
            {
                Missing(LinuxMemError.MountPointNotFound, ScanNotices.NoMount(name), name);
            }
        }

        return mounts.Where(chosen.Contains);
    }

    private static (TmpfsMount[] Found, bool IsPattern) Match(IReadOnlyList<TmpfsMount> mounts, string path)
    {
        var name = new WildcardName(path);
        return ([.. mounts.Where(mount => name.IsMatch(mount.MountPoint))], name.HasWildcards);
    }
}
