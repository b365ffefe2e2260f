using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Html;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Html;

/// <summary>Reports in a real Chromium: of hostile names, of many groups, at three sizes, by keyboard.</summary>
[Beside(Company.Everybody)]
public sealed class BrowserTests : IDisposable
{
    /// <summary>As much of names as the kernel keeps of a command, and more in a user's environment.</summary>
    private const string Hostile = "</script><img src=/x onerror=\"document.title='run'\"><script>document.title='run'</script>";

    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Nothing_of_hostile_names_runs_and_the_report_is_used_by_keyboard_at_every_size()
    {
        Assert.SkipUnless(Command.Exists("chromium"), "Not tested: there is no chromium.");
        string file = Written(groups: 12, processes: 2);
        using Browser browser = await Browser.Start();
        foreach ((int width, int height, bool dark) in new[] { (1280, 900, false), (820, 1100, true), (390, 844, true) })
        {
            await browser.Open(file, width, height, dark);

            Assert.Empty(await browser.Problems());
            Assert.Equal("LinuxMem: this machine", await browser.Ask("document.title"));
            Assert.Equal("0", await browser.Ask("document.querySelectorAll('img, main script, [onerror], [style*=url]').length"));
            Assert.Equal("true", await browser.Ask($"document.documentElement.scrollWidth <= {width}"));
            Assert.Equal(dark.ToString().ToLowerInvariant(), await browser.Ask("document.documentElement.dataset.dark"));
            Assert.Equal("true", await browser.Ask("[...document.querySelectorAll('.chart canvas')].length > 3"));
            Assert.Equal("true", await browser.Ask("document.querySelector('#groups tbody').textContent.includes('</script><img src=/x')"));

            // No chart is wider than its place.
            Assert.Equal("0", await browser.Ask("[...document.querySelectorAll('.chart canvas')].filter(c => c.getBoundingClientRect().right > c.closest('section').getBoundingClientRect().right).length"));
        }

        // Sort by the column of processes, by Enter alone: a number begins with the largest, then the least.
        await browser.Open(file, 1280, 900, false);
        await browser.Ask("document.querySelector('#groups details th:nth-child(2) button').focus()");
        await browser.Press("Enter", 13, "\r");
        Assert.Equal("descending", await browser.Ask("document.querySelector('#groups details th:nth-child(2)').getAttribute('aria-sort')"));
        await browser.Press("Enter", 13, "\r");
        Assert.Equal("ascending", await browser.Ask("document.querySelector('#groups details th:nth-child(2)').getAttribute('aria-sort')"));

        // Open a group, see its processes, and go back.
        await browser.Ask("document.querySelector('#groups td .open').focus()");
        await browser.Press("Enter", 13, "\r");
        Assert.Equal("all-groups", await browser.Ask("document.activeElement.id"));
        Assert.Equal("true", await browser.Ask("document.querySelector('#groups h3').textContent.startsWith('Processes of')"));
        await browser.Press("Escape", 27);
        Assert.Equal("0", await browser.Ask("document.querySelectorAll('#groups h3').length"));
        Assert.Empty(await browser.Problems());
    }

    [Fact]
    public async Task Three_hundred_groups_and_five_thousand_processes_stay_readable()
    {
        Assert.SkipUnless(Command.Exists("chromium"), "Not tested: there is no chromium.");
        string file = Made(groups: 300, processes: 5000);
        using Browser browser = await Browser.Start();

        await browser.Open(file, 1280, 900, false);

        Assert.InRange(new FileInfo(file).Length, 1 << 20, 8 << 20);
        Assert.Empty(await browser.Problems());
        Assert.InRange(int.Parse(await browser.Ask("document.querySelectorAll('tr').length"), System.Globalization.CultureInfo.InvariantCulture), 50, 500);
        Assert.Contains("4,000 smaller rows are not in this report", await browser.Ask("document.getElementById('table-process').textContent"), StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"{new FileInfo(file).Length} bytes, drawn {await browser.Ask("Math.round(performance.now())")} ms after it was opened");
    }

    /// <summary>Rows as another machine would send them.</summary>
    private string Made(int groups, int processes)
    {
        var report = new HtmlReport();
        Func<Column, object?> Row(string name, int number, long held, string pids) => column => column.Heading switch
        {
            "group_name" or "comm" or "key" => name,
            "other_name" => $"group-{number + 1}",
            "pid" => 1000 + number,
            "process_ids" => pids,
            "split" => "UID",
            "report" => 1,
            "procs" => processes / groups,
            "with_anyone" => false,
            "computer_name" => "m1",
            "user" => "oracle",
            _ => column.Kind == ColumnKind.Size ? held : null,
        };
        for (int i = 0; i < groups; i++)
        {
            int group = i;
            string pids = string.Join(' ', Enumerable.Range(0, processes / groups).Select(one => 1000 + group + (one * groups)));
            report.Add(GroupColumns.All, Row($"group-{i}", i, (long)1e10 / (i + 1), pids));
            report.Add(SharingColumns.All, Row($"group-{i}", i, (long)1e9 / (i + 1), string.Empty));
        }

        for (int i = 0; i < processes; i++)
        {
            report.Add(ProcessColumns.All, Row($"process-{i}", i, (long)1e9 / (i + 1), string.Empty));
        }

        return report.Write(Path.Combine(folder, "many.html"), force: false);
    }

    private string Written(int groups, int processes)
    {
        using var copy = new ProcCopy();
        copy.Write("meminfo", "MemTotal: 64000000 kB\nMemFree: 32000000 kB\n");
        for (int i = 0; i < groups * processes; i++)
        {
            string name = i == 0 ? "</script><img " : $"p{i % groups}";
            var environment = new Dictionary<string, string> { ["G"] = i % groups == 0 ? Hostile : $"group-{i % groups}" };
            ulong shared = ProcCopy.Frame((ulong)(100 + (i % 7)));
            copy.Add(1000 + i, name, maps: "10000-20000 rw-p 00000000 00:00 0 \n", environment: environment).Map(0x10000, shared, ProcCopy.Frame((ulong)(1000 + (i * 4))), ProcCopy.Frame((ulong)(1001 + (i * 4)))).Map(0x1f000, 0);
        }

        string file = Path.Combine(folder, $"{groups}.html");
        using MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 2, IncludeOpenFiles = true });
        var report = new HtmlReport();
        report.Add(scan.Overview(scan.Table.Processes, [new EnvironmentSplit("G"), new PropertySplit("Comm")]));
        report.Write(file, force: false);
        return file;
    }
}
