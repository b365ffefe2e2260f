using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Fixtures;

/// <summary>Names that would control a terminal, or deceive who reads them, wherever a user can put one; and an eye for them.</summary>
internal sealed class HostileNames : IDisposable
{
    /// <summary>Escape sequences of seven and eight bits, line breaks, what is not seen, what turns the direction, what is no text.</summary>
    public const string Name = "a\u001b[31m\u009b2J\r\n\tlinuxmem: b\u200d\u202e\u3164\u115f\ufeff\U000E0041\ufe0f\u00a0\u2800\ue000\udc9b\udcffz";

    private const string OneMapping = "10000-20000 rw-p 00000000 00:00 0 \n";

    private readonly ProcCopy copy = new();

    public HostileNames()
    {
        var environment = new Dictionary<string, string> { ["X"] = Name, ["Y" + Name] = "1" };
        copy.Add(10, Name, maps: OneMapping, environment: environment).Map(0x10000, ProcCopy.Frame(7)).Map(0x1f000, 0).Write("cgroup", $"0::/{Plain}\n");

        // A page map that ends early, and a segment that no table has: each is named in a warning.
        copy.Add(11, Name, maps: OneMapping, environment: environment);
        copy.Add(12, Name, maps: OneMapping + "20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n", environment: environment).Map(0x10000, ProcCopy.Frame(8)).Map(0x1f000, 0).Map(0x2f000, 0);
        copy.Add(13, "ora_pmon_" + Name, maps: OneMapping, environment: new Dictionary<string, string> { ["ORACLE_SID"] = Name, ["ORACLE_HOME"] = "/" + Plain }).Map(0x10000, ProcCopy.Frame(9)).Map(0x1f000, 0);
        copy.Write("sysvipc/shm", "key shmid size rss swap\n0 6 65536 8192 0\n");
        copy.Write("1/mountinfo", $"30 27 0:40 / /{Plain} rw - tmpfs t rw\n");
        copy.Write("meminfo", "MemTotal: 1000 kB\n");
        Snapshot = Path.Combine(copy.Root, "snapshot");
        using var tar = new TarWriter(new GZipStream(File.Create(Snapshot), CompressionLevel.Fastest), TarEntryFormat.Ustar);
        for (int i = 0; i < 2; i++)
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "memsnapshot/10/a\u001b[31m\u009b2J\u202e") { DataStream = new MemoryStream([1]) });
        }
    }

    /// <summary>The tree.</summary>
    public string Root => copy.Root;

    /// <summary>A snapshot with such a name in it, twice, which is an error.</summary>
    public string Snapshot { get; }

    /// <summary>The name without line breaks and bytes that are no text, for files that allow neither.</summary>
    private static string Plain => new([.. Name.Where(c => c is not ('\n' or '\r' or '\t' or ' ' or '\udc9b' or '\udcff'))]);

    /// <summary>Fails when a text has a character that should not have come out raw.</summary>
    public static void AssertVisible(string text, string where)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isSeen = rune.Value == '\n' || !(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator && rune.Value != ' ')
                || rune.Value is 0x3164 or 0x115F or 0xFFA0 or 0x2800 or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF));
            Assert.True(isSeen, $"{where}: U+{rune.Value:X4} came out raw in {VisibleText.ForTerminal(text)}");
        }

        Assert.DoesNotContain("\nlinuxmem: b", text, StringComparison.Ordinal);
    }

    public void Dispose() => copy.Dispose();
}
