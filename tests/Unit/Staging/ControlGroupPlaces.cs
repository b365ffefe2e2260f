using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// Processes in real control groups of given paths, in one hierarchy. The folders that were not there before go away with them.
/// </summary>
internal sealed class ControlGroupPlaces(string mount) : IDisposable
{
    private readonly List<Process> processes = [];
    private readonly List<string> folders = [];

    /// <summary>Starts a process in the control group of that path; skips the test where none can be made.</summary>
    /// <param name="path">The path.</param>
    /// <param name="owner">Who is given the folders that are made, as with chown; null for root.</param>
    public int Start(string path, int? owner = null)
    {
        string folder = mount;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = $"{folder}/{part}";
            if (!Directory.Exists(folder))
            {
                try
                {
                    Directory.CreateDirectory(folder);
                    if (owner is int uid)
                    {
                        Command.Run("chown", uid.ToString(CultureInfo.InvariantCulture), folder);
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw Xunit.Sdk.SkipException.ForSkip($"Not tested: no control group can be made in '{mount}': {e.Message}");
                }

                folders.Add(folder);
            }
        }

        Process process = Process.Start(new ProcessStartInfo("sleep", ["300"]))!;
        processes.Add(process);
        File.WriteAllText($"{folder}/cgroup.procs", process.Id.ToString(CultureInfo.InvariantCulture));
        return process.Id;
    }

    public void Dispose()
    {
        foreach (Process process in processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        var clock = Stopwatch.StartNew();
        foreach (string folder in Enumerable.Reverse(folders))
        {
            while (Directory.Exists(folder))
            {
                try
                {
                    Directory.Delete(folder);
                }
                catch (IOException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
                {
                    Thread.Sleep(20);
                }
            }
        }
    }
}
