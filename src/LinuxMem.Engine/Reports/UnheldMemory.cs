using System.Collections.Concurrent;
using System.Globalization;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Tmpfs;
using Listed = LinuxMem.SharedMemory;

namespace LinuxMem.Engine.Reports;

/// <summary>Shared memory that no process holds: segments attached by nobody, and files of tmpfs mounts.</summary>
internal static class UnheldMemory
{
    /// <summary>The segments that are in no mapping, of all IPC namespaces in use.</summary>
    public static IEnumerable<Listed> Segments(ProcessTable table, IReadOnlyCollection<SharedObject> held, bool isKnown, CancellationToken cancellation)
    {
        Machine root = table.Root;
        ILookup<ulong, SharedObject> segments = held.Where(one => one.Kind == SharedMemoryKind.SysV).ToLookup(one => one.Key.Inode, NumberHash.Instance);
        StructList<SysvShmFile> own = SysvShmFile.Read(root) ?? [];

        // What nobody has attached is not held, whatever segment of another IPC namespace has the same number.
        HashSet<long> wanted = [.. own.Where(one => !isKnown || one.Attached == 0 || !segments[one.ShmId].Any(other => !other.IsMeasured || SegmentClaims.Fits(root, one, other.Usage, (ulong)other.PageSize))).Select(one => (long)one.ShmId)];
        IReadOnlyList<ShmSegment> described = wanted.Count == 0 ? [] : ShmSegments.Read(table, new ShmOptions { ShmIds = wanted, Cancellation = cancellation });
        foreach (ShmSegment one in described)
        {
            yield return new Listed
            {
                Kind = nameof(SharedMemoryKind.SysV),
                Name = string.Create(CultureInfo.InvariantCulture, $"/SYSV{one.Key:x8}"),
                Inode = one.ShmId,
                Size = one.Size,
                Rss = one.Rss,
                Swap = one.Swap,
                PageSize = one.PageSize,
                Mapped = one.Attached == 0 ? 0 : null,
                Pids = one.AttachedPids ?? new([]),
                MayBeHeld = one.Attached != 0,
                Removed = one.Removed,
            };
        }

        foreach ((ulong ipcNamespace, MemProcess process) in OtherNamespaces(root, table, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (SysvShmFile one in (root.ReadSegments(ipcNamespace, process.Id, process.AddressSpaceThread) ?? []).Where(one => one.Attached == 0))
            {
                yield return new Listed
                {
                    Kind = nameof(SharedMemoryKind.SysV),
                    Name = string.Create(CultureInfo.InvariantCulture, $"/SYSV{one.Key:x8}"),
                    Inode = (long)one.ShmId,
                    Size = (long)one.Size,

                    // More than it can hold: of huge pages, which the kernel multiplies once too often.
                    Rss = one.Resident <= one.Size + root.PageSize ? (long)one.Resident : null,
                    Swap = (long)one.Swap,
                    PageSize = one.Resident <= one.Size + root.PageSize ? (long)root.PageSize : null,
                    Mapped = 0,
                    Removed = (one.Permissions & SysvShmFile.Destroyed) != 0,
                };
            }
        }
    }

    /// <summary>For each tmpfs mounted in any mount namespace, what its files take beside those that processes hold.</summary>
    public static IEnumerable<Listed> Files(ProcessTable table, IReadOnlyCollection<SharedObject> held, bool isKnown, List<string> warnings, CancellationToken cancellation)
    {
        Machine root = table.Root;
        if (!isKnown)
        {
            yield break;
        }

        var counted = new HashSet<string>(StringComparer.Ordinal);
        bool maySwap = MeminfoFile.Read(root, "SwapTotal"u8) != MeminfoFile.Read(root, "SwapFree"u8);
        Dictionary<string, long> heldByDevice = held.GroupBy(one => one.Key.Minor).ToDictionary(same => $"0:{same.Key}", same => same.Sum(one => one.Resident + one.Swapped), StringComparer.Ordinal);
        foreach (TmpfsMount mount in Mounts(root, table, warnings, cancellation))
        {
            if (mount.IsUnlimited is null || mount.FsUsed is not long used || !counted.Add(mount.Device))
            {
                continue;
            }

            long known = heldByDevice.GetValueOrDefault(mount.Device);
            if (used > known)
            {
                yield return new Listed
                {
                    Kind = nameof(SharedMemoryKind.Tmpfs),
                    Name = mount.MountPoint,
                    Device = mount.Device,
                    Rss = used - known,
                    Swap = maySwap && !mount.NoSwap ? null : 0,
                    PageSize = (long)root.PageSize,
                    Mapped = 0,
                };
            }
        }
    }

    private static IEnumerable<TmpfsMount> Mounts(Machine root, ProcessTable table, List<string> warnings, CancellationToken cancellation)
    {
        IReadOnlyList<TmpfsMount> own;
        try
        {
            own = TmpfsTable.List(root, cancellation);
        }
        catch (LinuxMemException e) when (e.Kind is LinuxMemError.SystemError or LinuxMemError.PermissionDenied)
        {
            own = [];
            warnings.Add($"Files of tmpfs mounts that no process holds are not listed. {e.Message}");
        }

        foreach (TmpfsMount mount in own)
        {
            yield return mount;
        }

        if (!root.ProcessesEnd)
        {
            yield break;
        }

        HashSet<string> devices = [.. own.Select(mount => mount.Device)];
        var allowance = new MountAllowance();
        var refusals = new List<(MemProcess Process, string Why)>();
        foreach ((ulong _, MemProcess process) in Others(table, "ns/mnt\0", cancellation))
        {
            IReadOnlyList<TmpfsMount> theirs = TmpfsTable.List(root, (process.Id, (uint?)process.Uid), allowance, out string? refused, cancellation);
            if (refused is not null)
            {
                refusals.Add((process, refused));
            }

            foreach (TmpfsMount mount in theirs.Where(mount => !devices.Contains(mount.Device)))
            {
                yield return mount;
            }
        }

        if (refusals.Count > 0)
        {
            // Anybody can make as many namespaces as he has processes.
            string see = refusals.Count == 1 ? $"process {refusals[0].Process} sees" : $"processes {Examples.Of(refusals.ConvertAll(one => one.Process))} see";
            warnings.Add($"Files of tmpfs mounts that no process holds are not listed as far as {see} more mounts than others. {refusals[0].Why}");
        }
    }

    private static IEnumerable<(ulong Namespace, MemProcess Process)> OtherNamespaces(Machine root, ProcessTable table, CancellationToken cancellation) =>
        Others(table, "ns/ipc\0", cancellation).Where(one => one.Namespace != root.OwnIpcNamespace);

    /// <summary>The first process of each namespace in use that answers.</summary>
    private static List<(ulong Namespace, MemProcess Process)> Others(ProcessTable table, string link, CancellationToken cancellation)
    {
        byte[] path = System.Text.Encoding.ASCII.GetBytes(link);
        var numbers = new ConcurrentDictionary<MemProcess, ulong>();
        ProcessInquiry.Each(table.Processes, Environment.ProcessorCount, Ask, (process, number) => numbers[process] = number, cancellation);
        return [.. numbers.Where(one => one.Value != 0).GroupBy(one => one.Value, one => one.Key).Select(same => (same.Key, same.MinBy(process => process.Id)!))];

        ulong Ask(MemProcess process)
        {
            Span<byte> name = stackalloc byte[64];
            Span<byte> target = stackalloc byte[64];
            using MachineFolder place = table.Root.OpenPlace(process.AddressSpacePath(name, default));
            int n = place.IsOpen ? place.ReadLink(path, target) : -place.Error;
            return n > 0 && IpcNamespace.TryNumber(target[..n], out ulong number) ? number : 0;
        }
    }
}
