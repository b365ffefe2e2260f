using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LinuxMem.Unit.Html;

/// <summary>A real Chromium without a window, driven by its DevTools protocol.</summary>
internal sealed class Browser : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo profile = Directory.CreateTempSubdirectory("linuxmem-chromium-");
    private readonly ClientWebSocket socket = new();
    private readonly List<JsonNode> events = [];
    private readonly Process process;
    private int number;

    private Browser()
    {
        string[] arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank"];
        process = Process.Start(new ProcessStartInfo("chromium", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public static async Task<Browser> Start()
    {
        var browser = new Browser();
        try
        {
            string file = Path.Combine(browser.profile.FullName, "DevToolsActivePort");
            string[] lines = [];
            await WaitFor("the browser", () => Task.FromResult(File.Exists(file) && (lines = File.ReadAllLines(file)).Length >= 2));
            using var client = new HttpClient();
            JsonNode pages = JsonNode.Parse(await client.GetStringAsync($"http://127.0.0.1:{lines[0]}/json/list"))!;
            string address = pages.AsArray().First(page => (string?)page!["type"] == "page")!["webSocketDebuggerUrl"]!.GetValue<string>();
            await browser.socket.ConnectAsync(new Uri(address), CancellationToken.None);
            foreach (string domain in new[] { "Page", "Runtime", "Network", "Log" })
            {
                await browser.Send(domain + ".enable");
            }

            return browser;
        }
        catch
        {
            browser.Dispose();
            throw;
        }
    }

    /// <summary>Opens a report in a window of a size, and waits until it is drawn.</summary>
    public async Task Open(string path, int width, int height, bool dark)
    {
        events.Clear();
        await Send("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 500 });
        await Send("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }) });
        await Send("Page.navigate", new JsonObject { ["url"] = "file://" + path });
        await WaitFor("the report", async () => await IsReady());
    }

    private async Task<bool> IsReady()
    {
        try
        {
            return await Ask("document.documentElement?.dataset.ready") == "true";
        }
        catch (InvalidOperationException)
        {
            // Between the page of before and the report.
            return false;
        }
    }

    /// <summary>The value of an expression, as text.</summary>
    public async Task<string> Ask(string expression)
    {
        JsonNode answer = await Send("Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})", ["returnByValue"] = true });
        return answer["exceptionDetails"] is JsonNode failed ? throw new InvalidOperationException($"{expression}: {failed}") : answer["result"]!["value"]!.GetValue<string>();
    }

    /// <summary>Presses a key.</summary>
    public async Task Press(string key, int code, string? text = null)
    {
        await Send("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyDown", ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code, ["text"] = text ?? string.Empty });
        await Send("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code });
    }

    /// <summary>Errors of scripts, what the policy has forbidden, and requests but that of the file.</summary>
    public async Task<IReadOnlyList<string>> Problems()
    {
        await Ask("1");
        return
        [
            .. events.Where(one => (string?)one["method"] is "Runtime.exceptionThrown" or "Log.entryAdded"
                || ((string?)one["method"] == "Runtime.consoleAPICalled" && (string?)one["params"]!["type"] is "error" or "warning")
                || ((string?)one["method"] == "Network.requestWillBeSent" && (string?)one["params"]!["type"] != "Document")).Select(one => one.ToJsonString()),
        ];
    }

    public static async Task WaitFor(string what, Func<Task<bool>> condition)
    {
        for (long start = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(20))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, $"Waited {Deadline.TotalSeconds} s in vain: {what}");
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        for (int i = 0; i < 50; i++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                // A child of it may write a last time.
                Thread.Sleep(20);
            }
        }
    }

    private async Task<JsonNode> Send(string method, JsonObject? parameters = null)
    {
        using var limit = new CancellationTokenSource(Deadline);
        int own = ++number;
        var message = new JsonObject { ["id"] = own, ["method"] = method, ["params"] = parameters ?? [] };
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, limit.Token);
        while (true)
        {
            JsonNode received = await Receive(limit.Token);
            if ((int?)received["id"] == own)
            {
                return received["result"] ?? throw new InvalidOperationException($"{method}: {received}");
            }

            events.Add(received);
        }
    }

    private async Task<JsonNode> Receive(CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }
}
