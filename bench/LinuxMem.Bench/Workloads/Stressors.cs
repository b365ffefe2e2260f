using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Bench.Workloads;

/// <summary>
/// stress-ng, changing memory and processes as fast as it can, with one worker each for fork, mmap, vm, POSIX and
/// System V shared memory. It ends with this object, and by its own clock whatever becomes of this program.
/// </summary>
internal sealed class Stressors : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly string[] Workers =
    [
        "--fork", "1", "--mmap", "1", "--mmap-bytes", "8M", "--vm", "1", "--vm-bytes", "256M", "--shm", "1", "--shm-bytes", "8M", "--shm-sysv", "1", "--shm-sysv-bytes", "8M",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-stress-");
    private readonly Process process;

    private Stressors(TimeSpan time)
    {
        Counters = Path.Combine(folder.FullName, "counters.yaml");
        string seconds = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0}s");
        try
        {
            process = Process.Start(new ProcessStartInfo("stress-ng", [.. Workers, "--timeout", seconds, "--metrics-brief", "--yaml", Counters, "--temp-path", folder.FullName])
            {
                // A few lines that nobody waits for; with --quiet there are no counters in the file either.
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            folder.Delete(recursive: true);
            throw new BenchException("The load is made by stress-ng, and it cannot be started. Install it, for example with 'apt-get install stress-ng'.", e);
        }
    }

    /// <summary>The file it leaves its counters in.</summary>
    private string Counters { get; }

    /// <summary>True as long as it runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>Starts them, for some time.</summary>
    /// <exception cref="BenchException">There is no stress-ng.</exception>
    public static Stressors Start(TimeSpan time) => new(time);

    /// <summary>Waits for their end.</summary>
    /// <returns>What each did in a second, in its own operations.</returns>
    /// <exception cref="BenchException">It failed.</exception>
    public IReadOnlyDictionary<string, double> Finish(CancellationToken cancellation)
    {
        process.WaitForExitAsync(cancellation).GetAwaiter().GetResult();
        if (process.ExitCode != 0)
        {
            throw new BenchException($"stress-ng ended with status {process.ExitCode}.");
        }

        var counters = new Dictionary<string, double>();
        string stressor = "";
        foreach (string line in File.ReadLines(Counters))
        {
            switch (line.Split(':', StringSplitOptions.TrimEntries))
            {
                case ["- stressor", string name]:
                    stressor = name;
                    break;
                case ["bogo-ops-per-second-real-time", string rate]:
                    counters[stressor] = double.Parse(rate, CultureInfo.InvariantCulture);
                    break;
            }
        }

        return counters.Count > 0 ? counters : throw new BenchException($"There are no counters in what stress-ng wrote ({Counters}).");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsRunning)
        {
            // Told to end, it ends its workers and removes what they made.
            using Process? kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            if (!process.WaitForExit(Timeout))
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }
}
