using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Snapshots;

/// <summary>Files that are no snapshots, or were made to do harm.</summary>
[Beside(Company.Everybody)]
public sealed class ArchiveTests : IDisposable
{
    private const string Stat = "10 (x) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 409600 10 1\n";
    private const string Manifest = "{ \"version\": 1, \"pageSize\": 4096 }";
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-archive-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_smallest_one_is_read()
    {
        string path = Write(File("10/stat", Stat), File("linuxmem.json", Manifest));

        Assert.Equal([10], MemScan.Begin(new ScanOptions { ProcRoot = path }).Table.Processes.Select(process => process.Id));
    }

    [Theory]
    [InlineData("memsnapshot/../../etc/x")]
    [InlineData("/etc/x")]
    [InlineData("../x")]
    [InlineData("memsnapshot/./x")]
    [InlineData("memsnapshot//x")]
    [InlineData("memsnapshot/a/b/c/d/e/f")]
    [InlineData("other/x")]
    public void Names_that_lead_elsewhere_are_refused(string name) =>
        AssertRefused(LinuxMemError.InvalidSnapshot, "is not the name of a file in a snapshot", Write(File("10/stat", Stat), new UstarTarEntry(TarEntryType.RegularFile, name), File("linuxmem.json", Manifest)));

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public void Links_and_devices_are_refused(TarEntryType type)
    {
        var entry = new UstarTarEntry(type, "memsnapshot/10/maps");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "/etc/shadow";
        }

        AssertRefused(LinuxMemError.InvalidSnapshot, "something else than files, 'memsnapshot/10/maps'", Write(File("10/stat", Stat), entry, File("linuxmem.json", Manifest)));
    }

    [Fact]
    public void A_name_twice_is_refused() =>
        AssertRefused(LinuxMemError.InvalidSnapshot, "'10/stat' twice", Write(File("10/stat", Stat), File("10/stat", Stat), File("linuxmem.json", Manifest)));

    [Fact]
    public void Without_its_end_it_is_refused() =>
        AssertRefused(LinuxMemError.InvalidSnapshot, "its last entry, 'linuxmem.json', is missing", Write(File("10/stat", Stat)));

    [Fact]
    public void Without_processes_it_is_refused() =>
        AssertRefused(LinuxMemError.NotProc, "is not a /proc tree", Write(File("meminfo", "x"), File("linuxmem.json", Manifest)));

    [Fact]
    public void Other_files_are_refused()
    {
        string text = Path.Combine(folder, "text");
        System.IO.File.WriteAllText(text, "hello");
        AssertRefused(LinuxMemError.NotProc, "is not a snapshot", text);
        string empty = Path.Combine(folder, "empty");
        System.IO.File.WriteAllText(empty, string.Empty);
        AssertRefused(LinuxMemError.NotProc, "is not a snapshot", empty);
        AssertRefused(LinuxMemError.NotProc, "neither a folder nor an ordinary file", "/dev/zero");
        string zipped = Path.Combine(folder, "zipped");
        using (var stream = new GZipStream(System.IO.File.Create(zipped), CompressionLevel.Fastest))
        {
            stream.Write(Encoding.ASCII.GetBytes(new string('x', 5000)));
        }

        AssertRefused(LinuxMemError.InvalidSnapshot, "no gzip-compressed tar archive", zipped);
    }

    [Fact]
    public void A_header_that_goes_on_for_ever_is_refused()
    {
        // 1 GiB of attributes of one entry, in a file of 1 MB.
        string path = Path.Combine(folder, "bomb");
        using (var stream = new GZipStream(System.IO.File.Create(path), CompressionLevel.Fastest))
        {
            byte[] header = new byte[512];
            Encoding.ASCII.GetBytes("memsnapshot/x").CopyTo(header, 0);
            Encoding.ASCII.GetBytes("0000600\0" + "0000000\0" + "0000000\0" + "10000000000\0" + "00000000000\0" + "        x").CopyTo(header, 100);
            Encoding.ASCII.GetBytes("ustar\0" + "00").CopyTo(header, 257);
            Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
            stream.Write(header);
            byte[] block = new byte[1 << 20];
            Array.Fill(block, (byte)'1');
            for (int i = 0; i < 1024; i++)
            {
                stream.Write(block);
            }
        }

        AssertRefused(LinuxMemError.InvalidSnapshot, "its headers are too long", path);
    }

    [Fact]
    public void One_cut_off_or_changed_anywhere_is_refused_in_a_sentence_or_read()
    {
        string path = Write(File("10/stat", Stat), File("10/maps", "10000-20000 rw-p 00000000 00:00 0 \n"), File("10/status", "Uid:\t1\t1\t1\t1\n"), File("10/pagemap.runs", new string('x', 3000)), File("linuxmem.json", Manifest));
        byte[] whole = System.IO.File.ReadAllBytes(path);
        var random = new Random(3);
        string changed = Path.Combine(folder, "changed");
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(changed, whole[..length]);
            LinuxMemException refusal = Assert.Throws<LinuxMemException>(() => Machine.Open(changed));
            Assert.True(refusal is { Kind: LinuxMemError.InvalidSnapshot or LinuxMemError.NotProc }, refusal.ToString());
        }

        System.IO.File.WriteAllBytes(changed, [.. whole, 0]);
        AssertRefused(LinuxMemError.InvalidSnapshot, "its last bytes are missing, or something else follows them", changed);

        // The same below the compression, whose checksum would catch it.
        using var unpacked = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(whole), CompressionMode.Decompress))
        {
            stream.CopyTo(unpacked);
        }

        int read = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = unpacked.ToArray();
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using (var stream = new GZipStream(System.IO.File.Create(changed), CompressionLevel.Fastest))
            {
                stream.Write(bytes);
            }

            try
            {
                using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = changed, Threads = 1 });
                scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit("X")]);
                read++;
            }
            catch (LinuxMemException e)
            {
                Assert.True(e.Kind is LinuxMemError.InvalidSnapshot or LinuxMemError.NotProc, e.Message);
            }
        }

        Assert.True(read > 0);
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), ".linuxmem-*"));
    }

    private static UstarTarEntry File(string name, string text) =>
        new(TarEntryType.RegularFile, SnapshotArchive.Folder + name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static void AssertRefused(LinuxMemError kind, string words, string path)
    {
        LinuxMemException refusal = Assert.Throws<LinuxMemException>(() => Machine.Open(path));
        Assert.Equal(kind, refusal.Kind);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    private string Write(params TarEntry[] entries)
    {
        string path = Path.Combine(folder, "snapshot");
        using var tar = new TarWriter(new GZipStream(System.IO.File.Create(path), CompressionLevel.Fastest), TarEntryFormat.Ustar);
        Array.ForEach(entries, tar.WriteEntry);
        return path;
    }
}
