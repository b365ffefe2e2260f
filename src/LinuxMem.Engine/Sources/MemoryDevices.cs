using System.Buffers.Text;
using LinuxMem.Engine.Collections;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Sources;

/// <summary>What kind of file system in memory a device is.</summary>
internal enum ObjectHome : byte
{
    /// <summary>None: its files are page cache, or nothing tells.</summary>
    None,

    /// <summary>The kernel's own tmpfs: SysV segments, memfds, shared anonymous memory.</summary>
    Kernel,

    /// <summary>The kernel's own hugetlbfs: the same in huge pages.</summary>
    KernelHugetlb,

    /// <summary>A tmpfs that is mounted somewhere.</summary>
    Tmpfs,

    /// <summary>A hugetlbfs that is mounted somewhere.</summary>
    Hugetlbfs,

    /// <summary>A driver's memory (GPU, dma-buf): never asked.</summary>
    Driver,

    /// <summary>memfd_secret(2): nobody may look at it.</summary>
    Secret,
}

/// <summary>
/// Which devices are tmpfs and hugetlbfs, the file systems whose files are memory. Only of files there may anything be asked:
/// on any other device (FUSE, NFS) a question may wait for an answer for ever. Safe for several threads.
/// </summary>
/// <remarks>
/// Learnt from the text of mountinfo: first that of the process whose mapping lies on a device not heard of before, then
/// that of every mount namespace in use, once. The kernel's own mounts are in none of them: they are found by looking at
/// memory of our own.
/// </remarks>
internal sealed class MemoryDevices
{
    private readonly SharedTable<NumberKey, ObjectHome> homes = new();
    private readonly SharedTable<NumberKey, uint> mounts = new();
    private readonly SharedTable<NumberKey, bool> namespaces = new();
    private readonly MountAllowance allowance = new();
    private readonly Machine? live;
    private readonly Lazy<bool> everywhere;

    /// <summary>Those of a live machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="own">The kernel's own, as SysV segments lie on them.</param>
    public MemoryDevices(Machine machine, SegmentDevices own)
        : this(own.Known.Select(device => new MemoryDevice(device.Device, device.PageSize > machine.PageSize ? ObjectHome.KernelHugetlb : ObjectHome.Kernel))) => live = machine;

    /// <summary>Those that were recorded.</summary>
    /// <param name="known">The devices, as <c>major:minor</c> in hex, and what they are.</param>
    public MemoryDevices(IEnumerable<MemoryDevice> known)
    {
        everywhere = new Lazy<bool>(LookEverywhere);
        foreach (MemoryDevice one in known)
        {
            if (TryMinor(Texts.SurrogateEscape.Encode(one.Device), out uint minor))
            {
                homes[minor] = one.Home;
            }
        }
    }

    /// <summary>Takes a process's folder.</summary>
    public delegate void Visitor(in MachineFolder process);

    /// <summary>Visits all processes, none of which may hold it up; without it, only the mounts of those that map something are known.</summary>
    public Action<Visitor>? VisitAll { get; set; }

    /// <summary>The devices known by now, as <c>major:minor</c> in hex, by ascending minor number.</summary>
    public IEnumerable<MemoryDevice> Known => homes.All
        .Where(pair => pair.Value != ObjectHome.None)
        .OrderBy(pair => pair.Key.Value)
        .Select(pair => new MemoryDevice(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"00:{pair.Key.Value:x2}"), pair.Value));

    /// <summary>Reads a device of major number 0, as all file systems without a disk have: <c>00:1b</c>.</summary>
    public static bool TryMinor(ReadOnlySpan<byte> device, out uint minor)
    {
        minor = 0;
        return device.StartsWith("00:"u8) && Utf8Parser.TryParse(device[3..], out minor, out int used, 'x') && used == device.Length - 3;
    }

    /// <summary>What a device is.</summary>
    /// <param name="minor">Its minor number; the major is 0.</param>
    /// <param name="process">A process that has a file there mapped.</param>
    public ObjectHome HomeOf(uint minor, in MachineFolder process)
    {
        if (homes.TryGetValue(minor, out ObjectHome home) || live is null)
        {
            return home;
        }

        Learn(process);
        if (!homes.TryGetValue(minor, out home))
        {
            _ = everywhere.Value;
            home = homes.GetOrAdd(minor, ObjectHome.None);
        }

        return home;
    }

    /// <summary>What the device of a mount is, and its minor number.</summary>
    /// <param name="mountId">The number of the mount (<c>mnt_id</c> of fdinfo).</param>
    /// <param name="process">A process that has a file there open.</param>
    /// <param name="minor">The minor number of the device.</param>
    public ObjectHome HomeOfMount(int mountId, in MachineFolder process, out uint minor)
    {
        if (!mounts.TryGetValue(mountId, out minor) && live is not null)
        {
            Learn(process);
            if (!mounts.TryGetValue(mountId, out minor))
            {
                _ = everywhere.Value;
                minor = mounts.GetOrAdd(mountId, uint.MaxValue);
            }
        }

        return homes.GetValueOrDefault(minor);
    }

    /// <summary>Tells which mounts the kernel's own are: those of files made there.</summary>
    public void AddMount(int mountId, uint minor) => mounts[mountId] = minor;

    /// <summary>Reads the mounts of a process's mount namespace, once for each namespace.</summary>
    private void Learn(in MachineFolder process)
    {
        Span<byte> target = stackalloc byte[64];
        int n = process.ReadLink("ns/mnt\0"u8, target);
        if (n <= 5 || !Utf8Parser.TryParse(target[5..n], out ulong number, out _) || namespaces.ContainsKey(number))
        {
            return;
        }

        // One whose root is not that of its namespace (chroot(2)) sees a part of the mounts only: it speaks for itself alone.
        Span<byte> root = stackalloc byte[2];
        bool isWhole = process.ReadLink("root\0"u8, root) == 1 && root[0] == (byte)'/';
        bool hasMounts = false, isTooMuch = false;
        Func<int, bool>? allow = allowance.Begin(process.Root.TryReadOwner(process, out _, out uint uid, out _) ? uid : null);

        using OpenedFile file = process.Open("mountinfo\0"u8);
        if (!file.IsOpen)
        {
            return;
        }

        var lines = new LineStream(file, new byte[16384], FileBounds.Tables, process.Root.Cancellation);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (allow?.Invoke(line.Length) == false)
            {
                isTooMuch = true;
                break;
            }

            if (!MountInfoFile.TryParseDevice(line, out int id, out uint major, out uint minor, out ReadOnlySpan<byte> kind))
            {
                continue;
            }

            if (major != 0)
            {
                mounts.TryAdd(id, uint.MaxValue);
            }
            else
            {
                ObjectHome home = kind.SequenceEqual("tmpfs"u8) || kind.SequenceEqual("devtmpfs"u8) ? ObjectHome.Tmpfs
                    : kind.SequenceEqual("hugetlbfs"u8) ? ObjectHome.Hugetlbfs
                    : ObjectHome.None;
                hasMounts = true;
                if (home != ObjectHome.None)
                {
                    homes.TryAdd(minor, home);
                    mounts.TryAdd(id, minor);
                }
                else
                {
                    homes.TryAdd(minor, ObjectHome.None);
                    mounts.TryAdd(id, uint.MaxValue);
                }
            }
        }

        // Marked once it has been read, and not before: others must not take what is still missing for nothing. What was too much is so
        // for every process that sees these mounts.
        if ((isWhole && hasMounts && lines.Error == 0) || isTooMuch)
        {
            namespaces.TryAdd(number, true);
        }
    }

    private bool LookEverywhere()
    {
        VisitAll?.Invoke(Learn);
        return true;
    }
}

/// <summary>A device as maps shows it (<c>00:2b</c>), and what lies on it.</summary>
internal sealed record MemoryDevice(string Device, ObjectHome Home);
