using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Metrics;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Architecture;
using LinuxMem.Unit.Staging;
using ProcCopy = LinuxMem.Unit.Fixtures.ProcCopy;

namespace LinuxMem.Unit.Metrics;

/// <summary>
/// The chain as it is in use, on loopback and in fractions of a second: a tree is scanned again and again, its metrics are a file
/// in the folder of node_exporter's textfile collector, Prometheus scrapes that, and the same as OpenMetrics from a server
/// of our own; the rules and the dashboard are those of docs/examples/prometheus.
/// </summary>
public sealed class PrometheusChain : IDisposable
{
    /// <summary>The window of the rules, in place of an hour.</summary>
    private const string Window = "2s";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-prometheus-");
    private readonly ProcCopy copy = new();
    private readonly List<Process> programs = [];
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient client = new();
    private readonly HttpListener listener = new();
    private readonly List<Task> loops = [];
    private volatile string text = "# EOF\n";

    public PrometheusChain()
    {
        Missing = Command.Exists("prometheus") && Command.Exists("prometheus-node-exporter") ? null : "there is no prometheus, or no prometheus-node-exporter";
        if (Missing is not null)
        {
            return;
        }

        int[] ports = FreePorts(3);
        string textfiles = Directory.CreateDirectory(Path.Combine(folder.FullName, "textfiles")).FullName;
        File.WriteAllText(Path.Combine(folder.FullName, "rules.yml"), Shortened(File.ReadAllText(Example("linuxmem-rules.yml"))).Replace("268435456", "65536", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder.FullName, "prometheus.yml"), $$"""
            global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
            rule_files: [rules.yml]
            scrape_configs:
              - {job_name: node, static_configs: [{targets: ["127.0.0.1:{{ports[0]}}"]}]}
              - {job_name: openmetrics, static_configs: [{targets: ["127.0.0.1:{{ports[1]}}"]}]}
            """);
        listener.Prefixes.Add($"http://127.0.0.1:{ports[1]}/");
        listener.Start();
        loops.Add(Task.Run(Serve));
        loops.Add(Task.Run(() => Scan(Path.Combine(textfiles, "linuxmem.prom"))));
        Start("prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", $"--collector.textfile.directory={textfiles}", $"--web.listen-address=127.0.0.1:{ports[0]}", "--log.level=error");
        Start("prometheus", $"--config.file={folder.FullName}/prometheus.yml", $"--storage.tsdb.path={folder.FullName}/data", $"--web.listen-address=127.0.0.1:{ports[2]}", "--log.level=error");
        client.BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}/api/v1/");
    }

    /// <summary>Why nothing can be tried here; null where it can.</summary>
    public string? Missing { get; }

    /// <summary>Set by a test, ends the process of the group "gone".</summary>
    public volatile bool EndGone;

    /// <summary>True once a text without that group is there.</summary>
    public volatile bool IsGone;

    /// <summary>The path of an example.</summary>
    public static string Example(string name) => Path.Combine(Repository.Folder, "docs", "examples", "prometheus", name);

    /// <summary>An expression with windows of seconds in place of hours.</summary>
    public static string Shortened(string expression) => expression
        .Replace("1h", Window, StringComparison.Ordinal).Replace("for: 10m", "for: 0s", StringComparison.Ordinal).Replace("[10m]", $"[{Window}]", StringComparison.Ordinal).Replace("[1d]", $"[{Window}]", StringComparison.Ordinal);

    /// <summary>The values that a query has, with their labels; empty also while Prometheus does not answer yet.</summary>
    public async Task<IReadOnlyList<JsonElement>> Query(string expression)
    {
        JsonElement? answer = await Ask($"query?query={Uri.EscapeDataString(expression)}");
        return answer is JsonElement data ? [.. data.GetProperty("result").EnumerateArray()] : [];
    }

    /// <summary>What the API says; null while there is nobody who answers.</summary>
    public async Task<JsonElement?> Ask(string path)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(path, stop.Token);
            string body = await response.Content.ReadAsStringAsync(stop.Token);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return null;
            }

            Assert.True(response.IsSuccessStatusCode, $"{path}: {body}");
            return JsonDocument.Parse(body).RootElement.GetProperty("data");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks until something is so.</summary>
    public async Task WaitFor(string what, Func<Task<bool>> condition)
    {
        for (long start = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50))
        {
            await Task.WhenAll(loops.Where(loop => loop.IsFaulted));
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, $"Waited {Deadline.TotalSeconds} s in vain: {what}");
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Close();
        foreach (Process program in programs)
        {
            program.Kill();
            program.WaitForExit();
            program.Dispose();
        }

        Task.WaitAll([.. loops], Deadline);
        client.Dispose();
        stop.Dispose();
        copy.Dispose();
        folder.Delete(recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] taken = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(taken, one => one.Start());
        int[] ports = [.. taken.Select(one => ((IPEndPoint)one.LocalEndpoint).Port)];
        Array.ForEach(taken, one => one.Stop());
        return ports;
    }

    private void Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder.FullName };
        Process started = Process.Start(start)!;
        started.ErrorDataReceived += static (_, _) => { };
        started.OutputDataReceived += static (_, _) => { };
        started.BeginErrorReadLine();
        started.BeginOutputReadLine();
        programs.Add(started);
    }

    /// <summary>A process that grows, one that grows and gives back, and one that is there at first only: again and again.</summary>
    private void Scan(string path)
    {
        copy.Write("sys/kernel/hostname", "m1\n");
        copy.Write("meminfo", "MemTotal: 1000000 kB\nMemFree: 5000 kB\n");
        ProcCopy.FixtureProcess leak = Add(10, "leak"), wave = Add(11, "wave"), gone = Add(12, "gone");
        gone.Map(0x10000000, Frames(3, 1));
        for (int i = 1; !stop.IsCancellationRequested; i++)
        {
            leak.Map(0x10000000, Frames(1, Math.Min(i * 4, 4000)));
            wave.Map(0x10000000, [.. Frames(2, i % 2 == 0 ? 1000 : 10), .. new ulong[1000]]);
            bool ends = EndGone && !IsGone;
            if (ends)
            {
                Directory.Delete(Path.Combine(copy.Root, "12"), recursive: true);
            }

            var samples = new MetricSamples();
            DateTime now = DateTime.Now;
            using (MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 }))
            {
                foreach (MemGroup group in scan.Run(scan.Table.Processes, [new PropertySplit("comm")]).Reports[0].Groups)
                {
                    samples.Add(GroupColumns.All, column => column.Heading switch { "time" => now, "swap_held" => 0L, _ => column.Of(group) });
                }
            }

            MemPart[] parts = [new MemPart { Part = "free", Bytes = 5 }, new MemPart { Part = "anonymous", Bytes = 7, InGroups = 7 }];
            Array.ForEach(parts, part => samples.Add(PartColumns.All, column => column.Of(part)));
            var cgroup = new MemCgroup { Name = "a", Path = "/a", Version = 2, Charge = new CgroupCharge { Usage = new CgroupUsage { Current = 90, OomKills = i / 10 }, Limit = 100, LimitUsed = 90, Left = 10, LimitPath = "/a" } };
            samples.Add(CgroupColumns.All, column => column.Of(cgroup));
            MetricFile.Write(path, samples.Lines(MetricForm.Prometheus, []));
            text = string.Concat(samples.Lines(MetricForm.OpenMetrics, []).Select(line => line + "\n"));
            IsGone |= ends;
            stop.Token.WaitHandle.WaitOne(100);
        }

        ProcCopy.FixtureProcess Add(int pid, string comm) => copy.Add(pid, comm, maps: "10000000-20000000 rw-p 00000000 00:00 0 \n").Map(0x1ffff000, 0);

        static ulong[] Frames(int process, int count) => [.. Enumerable.Range(1, count).Select(frame => ProcCopy.Frame((ulong)((process * 100000) + frame)))];
    }

    private async Task Serve()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                HttpListenerContext context = await listener.GetContextAsync();
                context.Response.ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                context.Response.Close(System.Text.Encoding.UTF8.GetBytes(text), willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed at the end, or the reader has gone away.
            }
        }
    }
}
