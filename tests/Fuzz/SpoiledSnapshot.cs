using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Fuzz;

/// <summary>
/// A whole snapshot of which one file is spoiled, read by everything that reads one: as a folder, and now and then as
/// an archive. The first byte of an input says which file the rest of it replaces. One for each thread.
/// </summary>
internal sealed class SpoiledSnapshot : IDisposable
{
    private static readonly (string Name, byte[] Content)[] Files =
    [
        ("linuxmem.json", Text("""
            { "version": 1, "takenAt": "2026-05-01T10:20:30Z", "kernel": "6.18.0", "pageSize": 4096, "hugePageSizes": [2097152, 1073741824], "transparentPageSize": 2097152,
              "hugetlbInUse": 4194304, "zeroFrames": [3, 3], "segmentDevices": [{ "device": "00:01", "pageSize": 4096 }, { "device": "00:10", "pageSize": 2097152 }], "ipcNamespace": 4026531839,
              "users": { "0": "root", "2": "someone" }, "refused": { "11/environ": 13 }, "tmpfs": { "23": { "status": "OK", "usage": { "blockSize": 4096, "blocks": 256, "freeBlocks": 100, "inodes": 1000, "freeInodes": 900 } }, "24": { "status": "gone: No such file or directory", "usage": null } },
              "segments": { "5": { "pageSize": 4096, "base": 2, "mega": 0, "giga": 0 }, "6": { "pageSize": 2097152, "base": null, "mega": 1, "giga": null } },
              "oracle": [{ "sid": "DB", "sga": 1000000, "pga": 70000, "processes": 9, "largePages": "FALSE", "status": "Open", "user": "someone", "home": "/nowhere", "kind": "ora", "pmonPid": 10 }] }
            """)),
        ("10/pagemap.runs", StoredInput.Runs(Pages())),
        ("11/pagemap.runs", StoredInput.Runs(Pages().Take(3))),
        ("kpageflags.runs", StoredInput.Runs([(7, 1UL << 24), (9, 1UL << 12)])),
        ("10/stat", Text("10 (fuzzed) S 1 10 10 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 1000 409600 10 1\n")),
        ("10/status", Text("Name:\tfuzzed\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nVmPTE:\t 48 kB\n")),
        ("10/environ", Text("SID=a\0ORACLE_SID=DB\0ORACLE_HOME=/nowhere\0")),
        ("10/environ.masked", Text("PATH\0SECRET\0")),
        ("10/cmdline", Text("ora_pmon_DB\0")),
        ("10/exe", Text("/usr/bin/fuzzed")),
        ("10/ns/ipc", Text("ipc:[4026531839]")),
        ("10/maps", Text("10000-20000 rw-p 00000000 00:00 0 \n20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n30000-40000 r--p 00000000 fe:00 9 /dev/fuzzed\n200000-800000 rw-s 00000000 00:10 6 /SYSV00000001 (deleted)\n")),
        ("11/stat", Text("11 (other) S 10 10 10 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 1100 409600 10 1\n")),
        ("11/status", Text("Name:\tother\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n")),
        ("11/cmdline", Text("other\0x\0")),
        ("11/ns/ipc", Text("ipc:[4026532000]")),
        ("11/maps", Text("10000-20000 rw-p 00000000 00:00 0 \n20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n")),
        ("sysvipc/shm", Text("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n         0          5  1600                 65536 10 10 1 0 0 0 0 1700000000 0 1700000000 8192 4096\n         1          6   600               4194304 10 10 1 0 0 0 0 1700000000 0 1700000000 1073741824 0\n         2          7   600               4194304 10 10 0 0 0 0 0 0 0 1700000000 2097152 0\n")),
        ("sysvipc/shm.4026532000", Text("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n         0          5  1600                 65536 10 10 1 0 0 0 0 1700000000 0 1700000000 9223372036854771711 4096\n")),
        ("self/mountinfo", Text("22 1 0:20 / / rw shared:1 - ext4 /dev/root rw\n23 22 0:21 / /run rw,nosuid shared:2 - tmpfs tmpfs rw,size=1024k,huge=always\n24 23 0:22 / /run/a\\040b rw - tmpfs none rw\n")),
        ("iomem", Text("00001000-0009fbff : System RAM\n00100000-bfffffff : System RAM\n")),
        ("meminfo", Text("MemTotal: 1000 kB\nMemAvailable: 900 kB\nShmemHugePages: 4096 kB\n")),
        ("stat", Text("cpu 1 2 3\nbtime 1700000000\n")),
    ];

    private readonly string path = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"linuxmem-fuzz-{Guid.NewGuid():N}")).FullName;

    public SpoiledSnapshot()
    {
        foreach ((string name, byte[] content) in Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
            File.WriteAllBytes(Path.Combine(Folder, name), content);
        }
    }

    /// <summary>The files as they should be, each with its number before it; the manifest, from which most follows, more often.</summary>
    public static List<byte[]> Corpus { get; } = [.. Files.Select((file, i) => (byte[])[(byte)i, .. file.Content]), .. Enumerable.Repeat((byte[])[0, .. Files[0].Content], 6)];

    /// <summary>Manifests as they should be.</summary>
    public static List<byte[]> Manifests { get; } = [Files[0].Content, Text("""{ "version": 1, "pageSize": 4096 }"""), Text("""{"version":1,"pageSize":65536,"hugePageSizes":[536870912,17179869184],"refused":{},"oracle":null}""")];

    /// <summary>Archives, compressed (after a byte 0) and to be compressed (after a byte 1), so that changes get past the checksum.</summary>
    public static List<byte[]> Archives { get; } = [[0, .. Pack(Files, compress: true)], [1, .. Pack(Files, compress: false)], [1, .. Pack([Files[4], Files[0]], compress: false)]];

    private string Folder => Path.Combine(path, "memsnapshot");

    /// <summary>Reads the snapshot with one file spoiled.</summary>
    public void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        int index = input[0] % Files.Length;
        (string name, byte[] content) = Files[index];
        if (input.Length % 8 == 0)
        {
            (string, byte[])[] files = [.. Files];
            files[index] = (name, input[1..]);
            Read(Pack(files, compress: true));
            return;
        }

        File.WriteAllBytes(Path.Combine(Folder, name), input.AsSpan(1));
        try
        {
            TreeReading.Run(Folder);
        }
        finally
        {
            File.WriteAllBytes(Path.Combine(Folder, name), content);
        }
    }

    /// <summary>Unpacks an archive.</summary>
    public void Archive(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string file = Path.Combine(path, "archive");
        File.WriteAllBytes(file, input[0] % 2 == 0 ? input[1..] : Compressed(input[1..]));
        try
        {
            using FileStream opened = File.OpenRead(file);
            using SnapshotArchive archive = SnapshotArchive.Unpack(file, opened, CancellationToken.None);
            foreach (int pid in archive.ProcessIds())
            {
                BrokenRuleException.ThrowUnless(pid > 0, "a process without a number");
            }
        }
        catch (LinuxMemException)
        {
            // The documented one.
        }
    }

    public void Dispose() => Directory.Delete(path, recursive: true);

    private void Read(byte[] archive)
    {
        string file = Path.Combine(path, "archive");
        File.WriteAllBytes(file, archive);
        TreeReading.Run(file);
    }

    private static byte[] Pack(IEnumerable<(string Name, byte[] Content)> files, bool compress)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, SnapshotArchive.Folder + name) { DataStream = new MemoryStream(content) });
            }
        }

        return compress ? Compressed(packed.ToArray()) : packed.ToArray();
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var stream = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static IEnumerable<(ulong Page, ulong Entry)> Pages()
    {
        for (ulong i = 0; i < 12; i++)
        {
            yield return (0x10 + i, PagemapEntryPresent | (7 + i));
        }

        yield return (0x1e, (1UL << 62) | (9 << 5));
        yield return (0x30, PagemapEntryPresent | (1UL << 61) | 30);
        yield return (0x31, PagemapEntryPresent | 9);
    }

    private const ulong PagemapEntryPresent = 1UL << 63;

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
