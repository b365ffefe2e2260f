using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Tmpfs;

/// <summary>The tree of mounts: tells which mount hides another, and which file systems a path leads through.</summary>
internal sealed class MountTree
{
    private static readonly string[] MayNotAnswer =
    [
        "9p", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "fuse", "fuseblk", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs",
        "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "virtiofs",
    ];

    private readonly Dictionary<int, MountInfoFile> byId = [];
    private readonly ILookup<int, MountInfoFile> children;

    public MountTree(IReadOnlyList<MountInfoFile> mounts)
    {
        foreach (MountInfoFile mount in mounts)
        {
            byId[mount.Id] = mount;
        }

        children = mounts.ToLookup(mount => mount.ParentId);
    }

    /// <summary>
    /// The mount that hides <paramref name="mount"/>: the one that its path leads to instead; null when there is none.
    /// </summary>
    public MountInfoFile? CoverOf(MountInfoFile mount)
    {
        MountInfoFile? onTop = children[mount.Id].FirstOrDefault(other => other.Id != mount.Id && other.MountPoint == mount.MountPoint);
        if (onTop is not null && onTop.MountPoint != "/")
        {
            return onTop;
        }

        // Two siblings, one at a folder above the other: had the upper one been mounted first, the lower would be its
        // child, so the upper came later and hides the lower. (A later mount at '/' does not affect processes that are
        // already inside.)
        foreach ((MountInfoFile below, MountInfoFile parent) in WithParents(mount))
        {
            MountInfoFile? later = children[parent.Id].FirstOrDefault(other => IsAbove(other.MountPoint, below.MountPoint) && other.Id != parent.Id);
            if (later is not null)
            {
                return later;
            }
        }

        return null;
    }

    /// <summary>A file system on the path that may never respond (network, FUSE); null when there is none.</summary>
    public MountInfoFile? DoubtfulParentOf(MountInfoFile mount) =>
        WithParents(mount).Select(step => step.Parent).FirstOrDefault(parent =>
            parent.IsCut || MayNotAnswer.Contains(parent.FileSystem) || parent.FileSystem.StartsWith("fuse.", StringComparison.Ordinal));

    private IEnumerable<(MountInfoFile Mount, MountInfoFile Parent)> WithParents(MountInfoFile mount)
    {
        // Bounded, because in a damaged copy mounts may be parents of each other in a circle.
        for (int steps = 0; steps < byId.Count; steps++)
        {
            if (!byId.TryGetValue(mount.ParentId, out MountInfoFile? parent) || parent.Id == mount.Id)
            {
                yield break;
            }

            yield return (mount, parent);
            mount = parent;
        }
    }

    private static bool IsAbove(string upper, string path) =>
        upper.Length > 1 && path.Length > upper.Length && path[upper.Length] == '/' && path.StartsWith(upper, StringComparison.Ordinal);
}
