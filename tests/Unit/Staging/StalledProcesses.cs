using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// Processes whose files in /proc do not answer, as any user can make them (stall.c): while they are there, whoever reads such a
/// file waits. Disposing of them ends all of it.
/// </summary>
internal sealed class StalledProcesses : IDisposable
{
    /// <summary>The name of the processes.</summary>
    public const string Name = "stalled-here";

    private const int MaxAttempts = 10;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-stall-");
    private readonly Process server;

    private StalledProcesses(string program, string how, int count, int uid)
    {
        try
        {
            folder.UnixFileMode = (UnixFileMode)0b111_101_101;
            server = Process.Start(new ProcessStartInfo(program, [folder.FullName, how, Text(count), Text(uid), Name]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    /// <summary>The processes.</summary>
    public IReadOnlyList<int> Pids { get; private set; } = [];

    /// <summary>Makes them; skips the test where that cannot be done.</summary>
    /// <param name="ground">Has the program.</param>
    /// <param name="how">"map" or "exec": see stall.c.</param>
    /// <param name="count">How many.</param>
    /// <param name="uid">Whose they are.</param>
    public static StalledProcesses Make(StagingGround ground, string how, int count = 1, int uid = 54321)
    {
        ground.Require();
        Assert.SkipUnless(File.Exists("/dev/fuse"), "Not tested: there is no /dev/fuse.");
        for (int attempt = 1; ; attempt++)
        {
            StalledProcesses stalled = MakeOnce(ground, how, count, uid);
            if (!stalled.Answers())
            {
                return stalled;
            }

            // Another test wrote the page out before it was taken away, so that the kernel waits for nothing.
            stalled.Dispose();
            Assert.SkipWhen(attempt == MaxAttempts, "Not tested: the processes do not stall on this kernel.");
        }
    }

    private static StalledProcesses MakeOnce(StagingGround ground, string how, int count, int uid)
    {
        var stalled = new StalledProcesses(ground.StallProgram, how, count, uid);
        try
        {
            Task<List<int>> pids = Task.Run(stalled.ReadPids);
            Assert.SkipUnless(pids.Wait(Bound), "Not tested: the processes do not stall on this kernel.");
            stalled.Pids = pids.Result;
            Assert.SkipUnless(pids.Result.Count == count, "Not tested: no FUSE file system can be mounted.");
            return stalled;
        }
        catch
        {
            stalled.Dispose();
            throw;
        }
    }

    /// <summary>Lets them answer from now on.</summary>
    public void LetGo() => Command.Run("kill", "-USR1", Text(server.Id));

    /// <inheritdoc/>
    public void Dispose()
    {
        // With the server the connection ends, and with that every wait; but whatever holds the server, or the connection, the kernel ends it.
        FuseConnections.Abort(server.Id, folder.FullName);
        server.Kill();
        bool ended = server.WaitForExit(Bound);
        server.Dispose();
        foreach (int pid in Pids)
        {
            ended &= SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{pid}"), Bound);
        }

        folder.Delete();
        Assert.True(ended, "a process that does not answer is left behind");
    }

    /// <summary>True when the environment of the first can be read: that takes the lock of its address space, and the one that is held while it executes.</summary>
    public bool Answers()
    {
        var reading = new Thread(() =>
        {
            try
            {
                File.ReadAllBytes($"/proc/{Pids[0]}/environ");
            }
            catch (IOException)
            {
                // It has been ended meanwhile.
            }
        }) { IsBackground = true };
        reading.Start();
        return reading.Join(TimeSpan.FromMilliseconds(500));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private List<int> ReadPids()
    {
        var pids = new List<int>();
        while (server.StandardOutput.ReadLine() is string line)
        {
            if (line == "ready")
            {
                return pids;
            }

            pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
        }

        return [];
    }
}
