using System.Management.Automation;
using LinuxMem.PowerShell.Filters;
using LinuxMem.Engine.Tmpfs;
using ProcTree = LinuxMem.Engine.Procfs.ProcRoot;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how large the tmpfs mounts are, and how much memory their files take.</para>
/// <para type="description">Needs no rights. A mount that cannot be asked is emitted without sizes, with a Status that says why. The mounts with the Status OK, summed, count each file system once.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "Tmpfs")]
[OutputType(typeof(Tmpfs))]
public sealed class GetTmpfsCommand : PSCmdlet
{
    /// <summary>Mount points to show; * and ? stand for any characters. All when not given.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? MountPoint { get; set; }

    /// <summary>The /proc tree to read, as a PowerShell path; /proc when not given. Of another tree, the mounts are those of its process 1.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProcRoot { get; set; }

    /// <summary>Emits the mounts in the kernel's order.</summary>
    protected override void EndProcessing()
    {
        try
        {
            WriteObject(Choose(TmpfsTable.List(ProcTree.Open(ProcRootPath.Resolve(SessionState, ProcRoot)))), enumerateCollection: true);
        }
        catch (LinuxMemException e)
        {
            ThrowTerminatingError(ScanErrorRecord.From(e));
        }
    }

    private IEnumerable<Tmpfs> Choose(IReadOnlyList<Tmpfs> mounts)
    {
        if (MountPoint is null)
        {
            return mounts;
        }

        var chosen = new HashSet<Tmpfs>();
        foreach (string asked in MountPoint)
        {
            string path = asked.Length > 1 ? asked.TrimEnd('/') : asked;

            // A name may hold what has a meaning in patterns, '[' and ']': what is a name as it stands is taken for it.
            Tmpfs[] found = [.. mounts.Where(mount => mount.MountPoint == path)];
            bool isPattern = false;
            if (found.Length == 0)
            {
                (found, isPattern) = Match(mounts, path);
            }

            chosen.UnionWith(found);
            if (found.Length == 0 && !isPattern)
            {
                WriteError(ScanErrorRecord.From(new LinuxMemException(LinuxMemError.MountPointNotFound, $"No tmpfs is mounted at '{asked}'. Give a whole path, or a pattern such as '*/shm'.", asked)));
            }
        }

        return mounts.Where(chosen.Contains);
    }

    private static (Tmpfs[] Found, bool IsPattern) Match(IReadOnlyList<Tmpfs> mounts, string path)
    {
        var name = new WildcardName(path);
        return ([.. mounts.Where(mount => name.IsMatch(mount.MountPoint))], name.HasWildcards);
    }
}
