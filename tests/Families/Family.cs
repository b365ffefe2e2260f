using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LinuxMem.Families;

/// <summary>
/// A family of processes, stopped. They end with this object, and also when this program ends in whatever way: their
/// guard sees its input end.
/// </summary>
internal sealed partial class Family : IDisposable
{
    private const int SIGSTOP = 19;

    /// <summary>Mebibytes that a process of a family touches at the most.</summary>
    private const int Mebibytes = 16;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    /// <summary>For the merging of equal pages to get round.</summary>
    private static readonly TimeSpan MergeTime = TimeSpan.FromMilliseconds(50);

    private readonly Process guard;
    private readonly DirectoryInfo folder;
    private readonly List<int> pids = [];
    private readonly Dictionary<string, (int Times, int Refused)> did = [];

    private Family(ulong seed, Process guard, DirectoryInfo folder)
    {
        Seed = seed;
        this.guard = guard;
        this.folder = folder;
    }

    /// <summary>What it was made from.</summary>
    public ulong Seed { get; }

    /// <summary>The processes, in the order in which they were made.</summary>
    public IReadOnlyList<int> Pids => pids;

    /// <summary>How often each kind of step was done, and how often it could not be.</summary>
    public IReadOnlyDictionary<string, (int Times, int Refused)> Did => did;

    /// <summary>Starts one, waits until it is laid out, and stops it.</summary>
    public static Family Start(string program, ulong seed, DirectoryInfo folder)
    {
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        string[] arguments = [seed.ToString(CultureInfo.InvariantCulture), folder.FullName, Mebibytes.ToString(CultureInfo.InvariantCulture), MachineSettings.HugePages.ToString(CultureInfo.InvariantCulture)];
        var family = new Family(seed, Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!, folder);
        try
        {
            family.ReadFacts();
            if (family.Did["fill"].Times > 0)
            {
                Thread.Sleep(MergeTime);
            }

            family.Stop();
            return family;
        }
        catch
        {
            family.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            guard.StandardInput.Close();
            if (!guard.WaitForExit(Bound))
            {
                guard.Kill();
                throw new FamilyException($"The family of seed {Seed} did not end within {Bound}.");
            }
        }
        finally
        {
            guard.Dispose();
            folder.Delete(recursive: true);
        }
    }

    private void ReadFacts()
    {
        using var limit = new CancellationTokenSource(Bound);
        while (true)
        {
            string? line;
            try
            {
                line = guard.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                throw new FamilyException($"The family of seed {Seed} was not laid out within {Bound}.");
            }

            switch (line?.Split(' '))
            {
                case ["process", string pid]:
                    pids.Add(int.Parse(pid, CultureInfo.InvariantCulture));
                    break;
                case ["did", string what, string times, string refused]:
                    did[what] = (int.Parse(times, CultureInfo.InvariantCulture), int.Parse(refused, CultureInfo.InvariantCulture));
                    break;
                case ["ready"]:
                    return;
                default:
                    throw new FamilyException($"The family of seed {Seed} was not laid out: {line ?? "it ended without a word"}.");
            }
        }
    }

    private void Stop()
    {
        _ = kill(-pids[0], SIGSTOP);
        long began = Stopwatch.GetTimestamp();
        while (!pids.TrueForAll(IsStopped))
        {
            if (Stopwatch.GetElapsedTime(began) > Bound)
            {
                throw new FamilyException($"The family of seed {Seed} did not stop within {Bound}.");
            }

            Thread.Sleep(1);
        }
    }

    private static bool IsStopped(int pid)
    {
        string text = File.ReadAllText($"/proc/{pid}/stat");
        return text[text.LastIndexOf(')') + 2] == 'T';
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
