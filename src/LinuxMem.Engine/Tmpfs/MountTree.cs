using System.Numerics;
using System.Security.Cryptography;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Tmpfs;

/// <summary>
/// The tree of mounts: tells which mount hides another, and which file systems a path leads through. Whoever may mount decides how many
/// there are, and how they lie: the work grows with the length of the list, not with its square.
/// </summary>
internal sealed class MountTree
{
    private static readonly string[] MayNotAnswer =
    [
        "9p", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "fuse", "fuseblk", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs",
        "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs", "virtiofs",
    ];

    /// <summary>Nobody can choose names whose hashes are equal.</summary>
    private readonly ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private readonly CancellationToken cancellation;
    private readonly Dictionary<int, MountInfoFile> byId = [];

    /// <summary>Of each parent, the first mount at a place, and where it stands in the list.</summary>
    private readonly Dictionary<(int Parent, ulong Place), (MountInfoFile Mount, int Index)> children = [];

    private readonly Dictionary<int, MountInfoFile?> covers = [];
    private readonly Dictionary<int, MountInfoFile?> doubtful = [];

    /// <summary>Makes the tree of a list of mounts.</summary>
    /// <param name="mounts">The mounts, in the kernel's order.</param>
    /// <param name="cancellation">Ends this and what is asked later.</param>
    public MountTree(IReadOnlyList<MountInfoFile> mounts, CancellationToken cancellation = default)
    {
        this.cancellation = cancellation;
        for (int i = 0; i < mounts.Count; i++)
        {
            Step();
            MountInfoFile mount = mounts[i];
            byId[mount.Id] = mount;
            if (mount.Id != mount.ParentId)
            {
                children.TryAdd((mount.ParentId, Hash(mount.MountPoint)), (mount, i));
            }
        }
    }

    /// <summary>Mounts and places looked at so far.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// The mount that hides <paramref name="mount"/>: the one that its path leads to instead; null when there is none.
    /// </summary>
    public MountInfoFile? CoverOf(MountInfoFile mount)
    {
        Step();
        return children.TryGetValue((mount.Id, Hash(mount.MountPoint)), out (MountInfoFile Mount, int Index) onTop) && mount.MountPoint != "/"
            ? onTop.Mount
            : FirstOnTheWay(mount, covers, SiblingAbove);
    }

    /// <summary>A file system on the path that may never respond (network, FUSE); null when there is none.</summary>
    public MountInfoFile? DoubtfulParentOf(MountInfoFile mount) =>
        FirstOnTheWay(mount, doubtful, (_, parent) =>
            parent.IsCut || MayNotAnswer.Contains(parent.FileSystem) || parent.FileSystem.StartsWith("fuse.", StringComparison.Ordinal) ? parent : null);

    /// <summary>What is found first for a mount and its parent, that and its own, and so on.</summary>
    /// <param name="mount">The mount to begin with.</param>
    /// <param name="known">What was found from each mount on, by number.</param>
    /// <param name="find">Looks at a mount and its parent.</param>
    private MountInfoFile? FirstOnTheWay(MountInfoFile mount, Dictionary<int, MountInfoFile?> known, Func<MountInfoFile, MountInfoFile, MountInfoFile?> find)
    {
        var way = new List<int>();
        MountInfoFile? found = null;

        // In a damaged copy mounts may be parents of each other in a circle: what is on the way already has nothing.
        while (!known.TryGetValue(mount.Id, out found))
        {
            Step();
            known.Add(mount.Id, null);
            way.Add(mount.Id);
            if (!byId.TryGetValue(mount.ParentId, out MountInfoFile? parent) || parent.Id == mount.Id || (found = find(mount, parent)) is not null)
            {
                break;
            }

            mount = parent;
        }

        way.ForEach(id => known[id] = found);
        return found;
    }

    /// <summary>
    /// Two siblings, one at a folder above the other: had the upper one been mounted first, the lower would be its child, so the upper
    /// came later and hides the lower. (A later mount at '/' does not affect processes that are already inside.)
    /// </summary>
    private MountInfoFile? SiblingAbove(MountInfoFile mount, MountInfoFile parent)
    {
        (MountInfoFile? Mount, int Index) first = (null, int.MaxValue);
        ulong hash = seed;
        for (int i = 0; i < mount.MountPoint.Length; i++)
        {
            if (mount.MountPoint[i] == '/' && i > 1)
            {
                Step();
                if (children.TryGetValue((parent.Id, hash), out (MountInfoFile Mount, int Index) above) && above.Index < first.Index)
                {
                    first = above;
                }
            }

            hash = Next(hash, mount.MountPoint[i]);
        }

        return first.Mount;
    }

    private ulong Hash(string place)
    {
        ulong hash = seed;
        foreach (char one in place)
        {
            hash = Next(hash, one);
        }

        return hash;
    }

    private ulong Next(ulong hash, char one) => BitOperations.RotateLeft(hash ^ one, 27) * seed;

    private void Step()
    {
        if ((++Steps & 0xfff) == 1)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
