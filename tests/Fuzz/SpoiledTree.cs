namespace LinuxMem.Fuzz;

/// <summary>
/// A whole /proc tree of which one file is spoiled, read by everything that reads one. The first byte of an input
/// says which file the rest of it replaces. One tree for each thread.
/// </summary>
internal sealed class SpoiledTree : IDisposable
{
    private const ulong PageSize = 4096;

    private static readonly (string Name, byte[] Content)[] Files =
    [
        ("10/stat", Text("10 (fuzzed) S 1 10 10 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 1000 409600 10 1\n")),
        ("10/status", Text("Name:\tfuzzed\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t1 2 3 \nVmPTE:\t 48 kB\nNoNewPrivs:\t0\nSeccomp:\t0\n")),
        ("10/environ", Text("SID=a\0PATH=/bin\0ORACLE_SID=DB\0ORACLE_HOME=/nowhere\0")),
        ("10/cmdline", Text("ora_pmon_DB\0")),
        ("10/cgroup", Text("1:name=systemd:/a\n0::/b\n")),
        ("10/maps", Text("10000-20000 rw-p 00000000 00:00 0 \n20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n30000-40000 r--p 00000000 fe:00 9 /usr/bin/fuzzed\n")),
        ("10/smaps", Text("10000-20000 rw-p 00000000 00:00 0 \nSize: 64 kB\nKernelPageSize: 4 kB\nRss: 12 kB\nSwap: 4 kB\n20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\nKernelPageSize: 4 kB\nRss: 8 kB\nShmemPmdMapped: 0 kB\n30000-40000 r--p 00000000 fe:00 9 /usr/bin/fuzzed\nRss: 4 kB\n")),
        ("10/pagemap", Pagemap()),
        ("11/stat", Text("11 (other) S 10 10 10 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 1100 409600 10 1\n")),
        ("11/status", Text("Name:\tother\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n")),
        ("11/environ", []),
        ("11/cmdline", Text("other\0x\0")),
        ("11/cgroup", Text("0::/c\n")),
        ("11/maps", Text("10000-20000 rw-p 00000000 00:00 0 \n")),
        ("11/pagemap", Pagemap()),
        ("1/mountinfo", Text("22 1 0:20 / / rw shared:1 - ext4 /dev/root rw\n23 22 0:21 / /run rw,nosuid shared:2 - tmpfs tmpfs rw,size=1024k,huge=always\n24 23 0:22 / /run/a\\040b rw - tmpfs none rw\n")),
        ("sysvipc/shm", Text("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n         0          5  1600                 65536 10 10 1 0 0 0 0 1700000000 0 1700000000 8192 4096\n")),
        ("iomem", Text("00001000-0009fbff : System RAM\n00100000-bfffffff : System RAM\n")),
        ("meminfo", Text("MemTotal: 1000 kB\nMemAvailable: 900 kB\nShmemHugePages: 0 kB\n")),
        ("stat", Text("cpu 1 2 3\nbtime 1700000000\n")),
        ("kpageflags", new byte[64 * 8]),
    ];

    private readonly string path = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"linuxmem-fuzz-{Guid.NewGuid():N}")).FullName;

    public SpoiledTree()
    {
        foreach ((string name, byte[] content) in Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            File.WriteAllBytes(Path.Combine(path, name), content);
        }
    }

    /// <summary>The files as they should be, each with its number before it.</summary>
    public static List<byte[]> Corpus { get; } = [.. Files.Select((file, i) => (byte[])[(byte)i, .. file.Content])];

    public void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        (string name, byte[] content) = Files[input[0] % Files.Length];
        string file = Path.Combine(path, name);
        File.WriteAllBytes(file, input.AsSpan(1));
        try
        {
            TreeReading.Run(path);
        }
        finally
        {
            File.WriteAllBytes(file, content);
        }
    }

    public void Dispose() => Directory.Delete(path, recursive: true);

    private static byte[] Text(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    private static byte[] Pagemap()
    {
        byte[] map = new byte[0x40000 / PageSize * 8];
        ulong[] entries = [(1UL << 63) | 7, (1UL << 63) | 8, (1UL << 63) | (1UL << 61) | 9, (1UL << 62) | (9 << 5)];
        Buffer.BlockCopy(entries, 0, map, (int)(0x10000 / PageSize * 8), entries.Length * 8);
        return map;
    }
}
