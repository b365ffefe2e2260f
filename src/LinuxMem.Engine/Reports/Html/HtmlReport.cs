using System.Globalization;
using System.Reflection;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Texts;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Reports.Html;

/// <summary>
/// Collects what is reported, of one machine or several, once or several times, and writes it as one HTML file that needs nothing
/// else: charts and tables. What comes from processes is data in it, never markup.
/// </summary>
public sealed class HtmlReport
{
    private static readonly string Version = (typeof(HtmlReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? string.Empty).Split('+')[0];

    private readonly ReportData data = new();

    /// <summary>Adds a row.</summary>
    /// <param name="thing">What it is a row of.</param>
    /// <param name="valueOf">The value of each column.</param>
    public void Add(ColumnSet thing, Func<Column, object?> valueOf)
    {
        ArgumentNullException.ThrowIfNull(thing);
        ArgumentNullException.ThrowIfNull(valueOf);
        data.Add(thing, valueOf);
    }

    /// <summary>Adds all that one scan tells.</summary>
    public void Add(OverviewResult overview)
    {
        ArgumentNullException.ThrowIfNull(overview);
        AddAll(PartColumns.All, overview.Parts);
        AddAll(GroupColumns.All, overview.Groups);
        AddAll(MappingColumns.All, overview.Mappings);
        AddAll(SharingColumns.All, overview.Sharing);
        AddAll(ProcessColumns.All, overview.Processes);
        AddAll(SharedMemoryColumns.All, overview.Shared);
        AddAll(CgroupColumns.All, overview.Cgroups);
        AddAll(OracleColumns.All, overview.Oracle);
        AddAll(PostgresColumns.All, overview.Postgres);
        AddAll(HugePageColumns.All, overview.HugePages);
    }

    /// <summary>Adds a sentence on what is missing.</summary>
    public void Note(string sentence) => data.Notes.Add(VisibleText.Message(sentence));

    /// <summary>Checks that the file can be written, which it is not yet.</summary>
    /// <exception cref="LinuxMemException">The path exists already, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Verify(string path, bool force, CancellationToken cancellation = default) =>
        _ = AbandonableCall.Run(
            _ =>
            {
                WholeFile.Create(path, force, kind: WholeFileKind.Report).Dispose();
                return true;
            },
            cancellation);

    /// <summary>Writes the file, readable by its owner only; whole, or not at all.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="force">Whether it may replace an existing file.</param>
    /// <param name="cancellation">Ends it early; no file is left then.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="LinuxMemException">There is nothing to report; the path exists already, or cannot be written.</exception>
    public string Write(string path, bool force, CancellationToken cancellation = default)
    {
        if (data.IsEmpty)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "There is nothing to report: nothing came that a command of LinuxMem emits.", path);
        }

        // The folder may lie on another user's file system, which need not answer.
        return AbandonableCall.Run(stop => WriteHere(path, force, stop), cancellation);
    }

    private string WriteHere(string path, bool force, CancellationToken cancellation)
    {
        using WholeFile file = WholeFile.Create(path, force, kind: WholeFileKind.Report);
        try
        {
            HtmlPage.Write(file.Stream, data.ToJson(Version, DateTime.Now));
        }
        catch (IOException e)
        {
            throw WholeFile.NotWritten(WholeFileKind.Report, path, e.Message, e);
        }

        file.Commit(cancellation);
        return Path.GetFullPath(path);
    }

    /// <summary>What the report is of, in a sentence for the user.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"{data.Rows} rows of {data.Things} kinds");

    private void AddAll<T>(ColumnSet<T> thing, IEnumerable<T> rows)
    {
        foreach (T row in rows)
        {
            data.Add(thing, column => column.Of(row!));
        }
    }
}
