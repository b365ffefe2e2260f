using System.Diagnostics;
using System.Globalization;
using LinuxMem.Engine.Threads;
using LinuxMem.Unit.Cli;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>
/// Every command while processes do not answer: run to its end, and stopped by a signal. All wait at the same time, with the deadlines
/// of a command; one after the other they would take minutes.
/// </summary>
public sealed class StalledCommands
{
    /// <summary>Every command, and what makes it read different files; x is a file to write.</summary>
    private static readonly string[] Commands =
    [
        "groups", "groups -u", "groups -e HOME", "groups -f cmdline(*)", "groups --split-by Exe", "groups --include-open-files", "shared", "processes", "processes -l", "shm", "oracle --timeout 2", "tmpfs", "snapshot x --force --skip-oracle",
    ];

    private Task<StalledOutcomes>? outcomes;

    /// <summary>What they said and how they ended; run by the first test that asks.</summary>
    internal Task<StalledOutcomes> Of(StagingGround ground) => outcomes ??= Run(ground);

    private static async Task<StalledOutcomes> Run(StagingGround ground)
    {
        Rights.RequireFrameNumbers();
        using StalledProcesses mapping = StalledProcesses.Make(ground, "map");
        using StalledProcesses executing = StalledProcesses.Make(ground, "exec", uid: StalledProcessTests.OtherUser);
        string file = ground.NewName("snapshot");
        string never = ground.NewName("snapshot");
        string segment = Command.Run("ipcmk", "-M", "4096").Split(' ').Last().Trim();
        (string Line, Process Command)[] stopped = [];
        try
        {
            Task<Outcome>[] running = [.. Commands.Select(line => Task.Run(() => LinuxMemCommand.Run(Arguments(line, file))))];
            stopped = [.. Commands.Select(line => (line, Start(Arguments(line, never))))];
            (string, int?)[] exitCodes = await Task.Run(() => Stop(stopped));
            Outcome[] ended = await Task.WhenAll(running);
            return new StalledOutcomes
            {
                Ended = [.. Commands.Zip(ended)],
                Stopped = exitCodes,
                HasLeftFile = File.Exists(never),
                Answered = mapping.Answers() || executing.Answers(),
                Read = LinuxMemCommand.Run("groups", "--proc-root", file),
                Mapping = Named(mapping),
                Executing = Named(executing),
            };
        }
        finally
        {
            Array.ForEach(stopped, one =>
            {
                one.Command.Kill();
                one.Command.Dispose();
            });
            Command.Run("ipcrm", "-m", segment);
            File.Delete(file);
            File.Delete(never);
        }
    }

    /// <summary>Stops those that wait, and returns how they ended; no exit code where one did not within two seconds.</summary>
    private static (string Line, int? ExitCode)[] Stop((string Line, Process Command)[] running)
    {
        // Those that do not wait have ended.
        SpinWait.SpinUntil(() => Array.TrueForAll(running, one => one.Command.HasExited || ProcessState.Waits(one.Command.Id)), Deadlines.Usual.Answer);
        (string Line, Process Command)[] waiting = [.. running.Where(one => !one.Command.HasExited)];
        if (waiting.Length == 0)
        {
            return [];
        }

        var clock = Stopwatch.StartNew();
        Command.Run("kill", ["-INT", .. waiting.Select(one => one.Command.Id.ToString(CultureInfo.InvariantCulture))]);
        return [.. waiting.Select(one => (one.Line, one.Command.WaitForExit(TimeSpan.FromSeconds(2) - clock.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero) ? one.Command.ExitCode : (int?)null))];
    }

    private static Process Start(string[] arguments)
    {
        string[] words = [.. LinuxMemCommand.Words, .. arguments];
        return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    private static string Named(StalledProcesses stalled) => string.Create(CultureInfo.InvariantCulture, $"{stalled.Pids[0]} ({StalledProcesses.Name}): ");

    private static string[] Arguments(string line, string file) => [.. line.Split(' ').Select(word => word == "x" ? file : word)];
}

/// <summary>What became of the commands.</summary>
internal sealed class StalledOutcomes
{
    /// <summary>Those that were left to their end.</summary>
    public required (string Line, Outcome Outcome)[] Ended { get; init; }

    /// <summary>Those that were stopped, with their exit codes; null where one still waited two seconds later.</summary>
    public required (string Line, int? ExitCode)[] Stopped { get; init; }

    /// <summary>True when a snapshot that was stopped is there.</summary>
    public required bool HasLeftFile { get; init; }

    /// <summary>True when the processes answered in the end.</summary>
    public required bool Answered { get; init; }

    /// <summary>The snapshot of those that ended, read.</summary>
    public required Outcome Read { get; init; }

    /// <summary>How the process that maps is named.</summary>
    public required string Mapping { get; init; }

    /// <summary>How the process that executes is named.</summary>
    public required string Executing { get; init; }
}
