using System.CommandLine;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>The base of commands that report of the whole machine, without a split: what they share of options and messages.</summary>
internal abstract class ReportCommand(string name, string description, StandardStreams streams, CancellationToken cancellation, ProcRootParameter? procRoot = null)
    : EngineCommand(name, description, streams, cancellation, procRoot)
{
    private readonly ThreadsParameter threads = new();

    /// <inheritdoc/>
    protected override void AddCommonOptions(Action<ParseResult> run)
    {
        threads.AddTo(this);
        base.AddCommonOptions(run);
    }

    /// <summary>Reads the report, and says what it says beside its rows.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="own">What the report is told of its own.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="where">Where processes are missing that could not be read.</param>
    protected TResult Read<TOptions, TResult>(ParseResult parsed, TOptions own, Func<TOptions, TResult> read, string where)
        where TOptions : ReportOptions
        where TResult : ReportResult
    {
        // The copy is of the same type.
        var options = (TOptions)((ReportOptions)own with { ProcRoot = ProcRoot(parsed), Threads = threads.Count(parsed), Cancellation = Cancellation });
        TResult result = read(options);
        foreach (string warning in ScanNotices.Warnings(result, where))
        {
            Warn(warning);
        }

        if (result.Scan is ScanResult scan)
        {
            Streams.Say(ScanNotices.Scanned(scan));
        }

        foreach (string notice in result.Notices)
        {
            Streams.Say(notice);
        }

        return result;
    }
}
