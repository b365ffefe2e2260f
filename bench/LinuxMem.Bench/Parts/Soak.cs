using System.Diagnostics;
using System.Globalization;
using LinuxMem.Bench.Measuring;
using LinuxMem.Bench.Report;
using LinuxMem.Bench.Workloads;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Tmpfs;

namespace LinuxMem.Bench.Parts;

/// <summary>
/// A scan every second over thousands of processes, while stress-ng changes memory under it: nothing may fail, and
/// memory, descriptors, threads and mappings of the scanning process may not grow.
/// </summary>
internal static class Soak
{
    /// <summary>The processes that hold still beside those that do not.</summary>
    private const int Processes = 5000;

    /// <summary>How much more the second half may hold than the first: the runtime's own heaps breathe.</summary>
    private const double Breath = 1.1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static void Measure(Session session)
    {
        int minutes = session.Options.Minutes;
        using StagedWorkload staged = session.Stage(WorkloadCatalog.ManyOf(Processes));
        HashSet<int> still = [.. staged.Ids];
        var refused = new HashSet<int>();
        Scan(still, refused, new SoakMinute(), session);
        if (refused.Count > 0)
        {
            session.Report.AddNote($"soak: not read with or without load, and no failure of it: {string.Join(", ", refused)}.");
        }

        Footprint start = Footprint.Take();
        using Stressors stressors = Stressors.Start(TimeSpan.FromMinutes(minutes + 1));
        var all = new List<SoakMinute>();
        for (int i = 0; i < minutes; i++)
        {
            SoakMinute minute = Minute(still, refused, session);
            all.Add(minute);
            Session.Say(string.Create(CultureInfo.InvariantCulture, $"minute {i + 1}: {minute.Seconds.Count} scans, {minute.Failed} failed, {minute.Footprint}"));
            if (!stressors.IsRunning)
            {
                throw new BenchException("stress-ng has ended before its time: there was no load.");
            }
        }

        session.Report.AddSoak(start, all);
        AddBars(session.Report, start, all);
    }

    private static SoakMinute Minute(HashSet<int> still, HashSet<int> refused, Session session)
    {
        var minute = new SoakMinute();
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            long scan = Stopwatch.GetTimestamp();
            Scan(still, refused, minute, session);
            TimeSpan took = Stopwatch.GetElapsedTime(scan);
            minute.Seconds.Add(took.TotalSeconds);
            if (took < Interval && session.Cancellation.WaitHandle.WaitOne(Interval - took))
            {
                session.Cancellation.ThrowIfCancellationRequested();
            }
        }

        minute.Footprint = Footprint.Take();
        return minute;
    }

    /// <summary>All that an admin may ask for at once: groups by two things, segments, file systems in memory.</summary>
    /// <param name="still">Processes that must be read.</param>
    /// <param name="refused">Processes that could not be read so far, each told and counted once.</param>
    /// <param name="minute">Takes the counts.</param>
    /// <param name="session">What all share.</param>
    private static void Scan(HashSet<int> still, HashSet<int> refused, SoakMinute minute, Session session)
    {
        try
        {
            using MemScan scan = MemScan.Begin(new ScanOptions { Cancellation = session.Cancellation });
            ScanResult result = scan.Run(scan.Table.Processes, [new UidSplit(), new EnvironmentSplit("HOME")]);
            minute.Fewest = Math.Min(minute.Fewest, result.Scanned);
            minute.Vanished += result.Vanished + scan.Table.Vanished;
            minute.Segments = Math.Max(minute.Segments, ShmSegments.Read(new ShmOptions { Cancellation = session.Cancellation }).Count);
            using (var root = Machine.Open())
            {
                _ = TmpfsTable.List(root, session.Cancellation);
            }

            foreach (UnreadableProcess unreadable in result.Unreadable.Where(unreadable => refused.Add(unreadable.Process.Id)))
            {
                minute.Unreadable++;
                Session.Say($"not read: {unreadable.Process}: {unreadable.Reason}");
            }

            if (result.Scanned < still.Count)
            {
                minute.Failed++;
                Session.Say($"only {result.Scanned} processes were read, {still.Count} hold still");
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            minute.Failed++;
            Session.Say($"a scan failed: {e}");
        }
    }

    private static void AddBars(BenchReport report, Footprint start, List<SoakMinute> all)
    {
        int failed = all.Sum(minute => minute.Failed);
        int scans = all.Sum(minute => minute.Seconds.Count);
        report.AddBar("soak: failures", "0", string.Create(CultureInfo.InvariantCulture, $"{failed} of {scans} scans"), failed == 0);
        report.AddBar("soak: processes that could not be read under load", "0", Figure.Number(all.Sum(minute => minute.Unreadable)), all.Sum(minute => minute.Unreadable) == 0);

        // The first minute brings the runtime to what it runs with in the end.
        SoakMinute[] settled = [.. all.Skip(1)];
        bool isLong = settled.Length >= 2;
        Footprint first = Most(isLong ? settled[..(settled.Length / 2)] : [.. all], start);
        Footprint last = Most(isLong ? settled[(settled.Length / 2)..] : [.. all], default);
        AddGrowth(report, "resident MiB", first.Resident, last.Resident, Breath, isLong);
        AddGrowth(report, "managed MiB", first.Managed, last.Managed, Breath, isLong);
        AddGrowth(report, "descriptors", first.Descriptors, last.Descriptors, 1, isLong);
        AddGrowth(report, "threads", first.Threads, last.Threads, 1, isLong);
        AddGrowth(report, "mappings", first.Mappings, last.Mappings, Breath, isLong);
    }

    private static void AddGrowth(BenchReport report, string what, long first, long last, double times, bool isLong)
    {
        bool isSize = what.EndsWith("MiB", StringComparison.Ordinal);
        string Shown(long value) => isSize ? Figure.Mebibytes(value) : Figure.Number(value);
        report.AddBar($"soak: {what}, second half to first", string.Create(CultureInfo.InvariantCulture, $"<= {times:0.0#} x"), $"{Shown(last)} to {Shown(first)}", isLong ? last <= first * times : null);
    }

    private static Footprint Most(SoakMinute[] minutes, Footprint also) =>
        minutes.Select(minute => minute.Footprint).Aggregate(also, Footprint.Most);
}
