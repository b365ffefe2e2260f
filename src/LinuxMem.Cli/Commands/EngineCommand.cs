using System.CommandLine;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Texts;
using LinuxMem.Hosts;

namespace LinuxMem.Cli.Commands;

/// <summary>The base of commands that read a machine and have no split: the options of all, warnings and output.</summary>
internal abstract class EngineCommand : Command
{
    private readonly ProcRootParameter procRoot;
    private readonly OutputParameter output = new();

    protected EngineCommand(string name, string description, StandardStreams streams, CancellationToken cancellation, ProcRootParameter? procRoot = null)
        : base(name, description)
    {
        Streams = streams;
        Cancellation = cancellation;
        this.procRoot = procRoot ?? new();
    }

    /// <summary>Where data and messages go.</summary>
    protected StandardStreams Streams { get; }

    /// <summary>Cancelled by a signal.</summary>
    protected CancellationToken Cancellation { get; }

    /// <summary>Adds the common options after the command's own, and says what the command does.</summary>
    protected virtual void AddCommonOptions(Action<ParseResult> run)
    {
        procRoot.AddTo(this);
        output.AddTo(this);
        SetAction(parsed =>
        {
            run(parsed);
            return Ended;
        });
    }

    /// <summary>The exit code of a command that has come to its end.</summary>
    protected int Ended { get; set; } = ExitCode.Done;

    /// <summary>True when names were asked for and nothing has any of them: then there is no table.</summary>
    protected bool FoundNothing { get; set; }

    /// <summary>The /proc tree or snapshot to read; null for <c>/proc</c>.</summary>
    protected string? ProcRoot(ParseResult parsed) => procRoot.Path(parsed);

    /// <summary>Writes the rows to standard output.</summary>
    protected void Write<T>(ParseResult parsed, ColumnSet<T> columns, IReadOnlyList<T> rows) =>
        SectionWriter.Write(Streams, output.Format(parsed), columns, FoundNothing ? [] : [new Section<T>(null, rows)]);

    /// <summary>Writes a warning to standard error.</summary>
    protected void Warn(string warning) => Streams.Say($"linuxmem: warning: {VisibleText.Message(warning)}");

    /// <summary>Warns of processes that do not answer.</summary>
    /// <param name="unread">The processes.</param>
    /// <param name="where">Where they are missing.</param>
    protected void WarnOfUnread(IReadOnlyList<(MemProcess Process, string Reason)> unread, string where)
    {
        if (ScanNotices.Unread(unread, where) is string warning)
        {
            Warn(warning);
        }
    }

    /// <summary>The rows that bear one of the names, with a line for each name without wildcards that none bears; all without names. Where nothing at all is found, the command ends with 1.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="wanted">The names that were asked for.</param>
    /// <param name="namesOf">What a row is called.</param>
    /// <param name="missing">Says that there is none of a name.</param>
    protected IReadOnlyList<T> Named<T>(IReadOnlyList<T> rows, string[]? wanted, Func<T, IReadOnlyList<string>> namesOf, Func<string, string> missing)
    {
        if (wanted is not { Length: > 0 })
        {
            return rows;
        }

        string[] absent = [.. wanted.Where(name => !NameParameter.HasWildcards(name) && !rows.Any(row => NameParameter.IsOne(namesOf(row), name)))];
        foreach (string name in absent)
        {
            Streams.Say($"linuxmem: {missing(name)}");
        }

        T[] found = [.. rows.Where(row => Array.Exists(wanted, name => NameParameter.IsOne(namesOf(row), name)))];
        FoundNothing = found.Length == 0;
        Ended = found.Length == 0 && absent.Length > 0 ? ExitCode.Failed : ExitCode.Done;
        return found;
    }
}
