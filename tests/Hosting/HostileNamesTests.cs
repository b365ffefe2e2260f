using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace LinuxMem.Hosting;

/// <summary>Names that would control a terminal: in no view, warning, error, message or completion does one come out raw.</summary>
public sealed class HostileNamesTests : IDisposable
{
    private const string Name = "a\u001b[31m\u009b2J\u200d\u202e\u3164\u115f\ufeff\U000E0041\ufe0f\u00a0\u2800\ue000z";
    private const string Mapping = "10000-20000 rw-p 00000000 00:00 0 \n";

    private readonly string root = Directory.CreateTempSubdirectory("linuxmem-hostile-").FullName;

    public HostileNamesTests()
    {
        Add(10, Name, Mapping, whole: true);
        Add(11, Name, Mapping, whole: false);
        Add(12, Name, Mapping + "20000-30000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)\n", whole: true);
        Add(13, "ora_pmon_" + Name, Mapping, whole: true);
        Write("sysvipc/shm", "key shmid size rss swap\n0 6 65536 8192 0\n");
        Write("1/mountinfo", $"30 27 0:40 / /{Name.Replace("\u00a0", string.Empty, StringComparison.Ordinal)} rw - tmpfs t rw\n");
        Write("meminfo", "MemTotal: 1000 kB\n");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("Get-MemGroup -SplitUid -SplitEnv X -SplitBy Comm, CommandLine, { $_.Comm }")]
    [InlineData("Get-MemGroup -Filter 'comm(nobody)'")]
    [InlineData("Get-MemProcess")]
    [InlineData("Get-MemProcess -ListOnly")]
    [InlineData("Get-ShmSegment")]
    [InlineData("Get-Tmpfs")]
    [InlineData("Get-OracleInstance")]
    public void Views_and_messages_spell_out_what_does_not_print(string line)
    {
        Assert.SkipWhen(FormatFile() is null, "Not tested: the module has not been built into out/LinuxMem, where its views are.");
        foreach (string view in new[] { "Format-Table", "Format-List", "Format-Table -View Compact" })
        {
            using var shell = new HostedShell();
            using System.Management.Automation.PowerShell pipeline = shell.Pipeline();
            string text = string.Concat(pipeline.AddScript($"Update-FormatData -PrependPath '{FormatFile()}'; $PSStyle.OutputRendering = 'PlainText'; $DebugPreference = 'Continue'; $VerbosePreference = 'Continue'; {line} -ProcRoot '{root}' | {view} | Out-String -Width 4000").Invoke());
            if (view.EndsWith("Compact", StringComparison.Ordinal) && pipeline.Streams.Error.Count > 0)
            {
                // Not every type has that view.
                continue;
            }

            AssertVisible(text, $"{line} | {view}");
            Assert.All(pipeline.Streams.Warning, record => AssertVisible(record.Message, line));
            Assert.All(pipeline.Streams.Verbose, record => AssertVisible(record.Message, line));
            Assert.All(pipeline.Streams.Debug, record => AssertVisible(record.Message, line));
            Assert.Empty(pipeline.Streams.Error);
            if (line.StartsWith("Get-MemGroup -SplitUid", StringComparison.Ordinal))
            {
                Assert.Contains(pipeline.Streams.Warning, record => record.Message.Contains("11 (a\\x1B[31m", StringComparison.Ordinal));
                Assert.Contains(pipeline.Streams.Warning, record => record.Message.Contains("process 12 (a\\x1B[31m", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("Get-MemProcess -Name 'xNAME' -ListOnly")]
    [InlineData("Get-MemProcess -Filter 'comm(NAME' -ListOnly")]
    [InlineData("Get-Tmpfs -MountPoint 'NAME'")]
    [InlineData("Get-OracleInstance -Sid 'xNAME'")]
    [InlineData("Get-MemGroup -SplitBy 'NAME'")]
    [InlineData("Get-MemGroup -Filter 'comm(NAME'")]
    [InlineData("Get-MemGroup -ProcRoot '/NAME'")]
    [InlineData("Get-MemGroup -SplitBy { throw $_.Comm }")]
    [InlineData("Export-MemSnapshot '/NAME/x'")]
    public void Error_records_spell_out_what_does_not_print(string line)
    {
        using var shell = new HostedShell();
        bool isOfTree = !line.Contains("-ProcRoot", StringComparison.Ordinal) && !line.StartsWith("Export", StringComparison.Ordinal);
        ErrorRecord error = shell.Error(line.Replace("NAME", Name, StringComparison.Ordinal) + (isOfTree ? $" -ProcRoot '{root}'" : string.Empty));

        AssertVisible(error.ToString(), line);
        AssertVisible(error.Exception.Message, line);
        AssertVisible(error.CategoryInfo.ToString(), line);
        AssertVisible(error.ErrorDetails?.RecommendedAction ?? string.Empty, line);
    }

    [Theory]
    [InlineData("Get-MemProcess -Name ")]
    [InlineData("Get-MemProcess -Id ")]
    [InlineData("Get-MemGroup -SplitEnv ")]
    [InlineData("Get-MemGroup -Filter 'comm(")]
    [InlineData("Get-Tmpfs -MountPoint ")]
    [InlineData("Get-OracleInstance -Sid ")]
    public void Completions_spell_out_what_does_not_print(string line)
    {
        using var shell = new HostedShell();
        string typed = line.Insert(line.IndexOf(' ', StringComparison.Ordinal), $" -ProcRoot '{root}'");
        using System.Management.Automation.PowerShell pipeline = shell.Pipeline();
        CommandCompletion completed = CommandCompletion.CompleteInput(typed, typed.Length, null, pipeline);

        Assert.NotEmpty(completed.CompletionMatches);
        foreach (CompletionResult result in completed.CompletionMatches)
        {
            AssertVisible(result.ListItemText, line);
            AssertVisible(result.ToolTip, line);
            AssertVisible(result.CompletionText, line);
        }
    }

    /// <summary>The views of the module, which a session that imports its assembly alone does not have.</summary>
    private static string? FormatFile()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "out/LinuxMem/LinuxMem.Format.ps1xml");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static void AssertVisible(string text, string where)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isRaw = rune.Value is not ('\n' or '\r')
                && (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                    || rune.Value is 0x3164 or 0x115F or 0xA0 or 0x2800 or 0xFE0F or 0xE0041);
            Assert.False(isRaw, $"{where}: U+{rune.Value:X4} came out raw.");
        }
    }

    private void Add(int pid, string comm, string maps, bool whole)
    {
        Write($"{pid}/stat", $"{pid} ({comm}) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 {pid * 100} 409600 10 1\n");
        Write($"{pid}/status", "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
        Write($"{pid}/maps", maps);
        Write($"{pid}/cmdline", comm + "\0");
        Write($"{pid}/environ", $"X={Name}\0Y{Name}=1\0ORACLE_SID={Name}\0ORACLE_HOME=/x\0");
        Write($"{pid}/cgroup", $"0::/{Name}\n");
        File.WriteAllBytes(Path.Combine(root, $"{pid}/pagemap"), new byte[whole ? 0x30 * 8 : 0]);
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
