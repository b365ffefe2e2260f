using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Tmpfs;
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
public sealed class GetTmpfsCommand : EngineCommand
{
    private readonly PipedNames asked;

    /// <summary>Creates the cmdlet.</summary>
    public GetTmpfsCommand() => asked = new PipedNames(this);

    /// <summary>Mount points to show; * and ? stand for any characters. All when not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "Mount points to show; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MountPointCompleter))]
    public string[]? MountPoint { get; set; }

    /// <summary>Collects the mount points from the pipeline.</summary>
    protected override void ProcessRecord() => asked.Add(MountPoint);

    /// <summary>Emits the mounts in the kernel's order.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        if (asked.AreNone)
        {
            return;
        }

        string? root = ResolvedProcRoot();
        IReadOnlyList<TmpfsMount> mounts = Call(
            "Asking tmpfs mounts",
            () =>
            {
                using ProcTree tree = ProcTree.Open(root, Stopped);
                return TmpfsTable.List(tree, Stopped);
            },
            found => string.Create(CultureInfo.InvariantCulture, $"Found {found.Count} mounts"));
        WriteObject(asked.Given is IReadOnlyList<string> given ? Choose(mounts, given) : mounts, enumerateCollection: true);
    });

    private IEnumerable<TmpfsMount> Choose(IReadOnlyList<TmpfsMount> mounts, IReadOnlyList<string> wanted)
    {
        var chosen = new HashSet<TmpfsMount>();
        foreach (string name in wanted)
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
                Missing(LinuxMemError.MountPointNotFound, $"No tmpfs is mounted at '{name}'. Give a whole path, or a pattern such as '*/shm'.", name);
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
