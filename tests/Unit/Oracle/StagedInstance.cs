using System.Diagnostics;
using System.Globalization;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Oracle;

/// <summary>A process called as an instance's pmon, with a home whose sqlplus is the stand-in.</summary>
internal sealed class StagedInstance : IDisposable
{
    private readonly Process process;

    public StagedInstance(string sid, uint uid = 65534, string behaviour = "", string kind = "ora", string homeName = "home", IReadOnlyList<string>? through = null, string? perl = null)
    {
        Folder = Directory.CreateTempSubdirectory("linuxmem-oracle-").FullName;
        Home = Path.Combine(Folder, homeName);
        Directory.CreateDirectory(Path.Combine(Home, "bin"));
        Directory.CreateDirectory(Path.Combine(Home, "seen"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "stand-in/sqlplus"), SqlPlus);
        Command.Run("chmod", "-R", "a+rX", Folder);
        Command.Run("chmod", "755", SqlPlus);
        File.WriteAllText(Path.Combine(Home, "answers"), behaviour + "\n");
        string id = uid.ToString(CultureInfo.InvariantCulture);
        Command.Run("chown", "-R", id, Folder);
        string[] user = ["--reuid", id, "--regid", "65534", "--groups", "100,200"];
        var start = new ProcessStartInfo("setpriv", [
            .. user, .. through ?? [], "env", "-i", "ORACLE_SID=" + sid, "ORACLE_HOME=" + Home, "SECRET=1", "HOME=/nowhere",
            "bash", "-p", "-c", $"exec -a \"$0\" {(perl is null ? "cat" : "perl")}", $"{kind}_pmon_{sid}"])
        { RedirectStandardInput = true };
        process = Process.Start(start)!;
        if (perl is not null)
        {
            process.StandardInput.Write(perl);
            process.StandardInput.Close();
        }

        var clock = Stopwatch.StartNew();
        while (File.ReadAllText($"/proc/{process.Id}/cmdline") != $"{kind}_pmon_{sid}\0")
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "the pmon process did not start");
            Thread.Sleep(5);
        }

        while (perl is not null && !File.Exists(Path.Combine(Home, "ready")))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "the script did not get ready");
            Thread.Sleep(5);
        }
    }

    public string Folder { get; }

    public string Home { get; }

    public string SqlPlus => Path.Combine(Home, "bin/sqlplus");

    public int Pid => process.Id;

    /// <summary>What the stand-in wrote down of itself.</summary>
    public string Seen(string what) => File.ReadAllText(Path.Combine(Home, "seen", what));

    public bool WasRun => File.Exists(Path.Combine(Home, "seen/id"));

    /// <summary>Puts a line before those of the stand-in.</summary>
    public void RunFirst(string line)
    {
        List<string> lines = [.. File.ReadAllLines(SqlPlus)];
        lines.Insert(1, line);
        File.WriteAllLines(SqlPlus, lines);
    }

    public void Dispose()
    {
        process.Kill();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)), "the pmon process did not end");
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
