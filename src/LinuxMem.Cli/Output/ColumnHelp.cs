using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LinuxMem.Cli.Commands;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Cli.Output;

/// <summary>The help of a command, with what each column of its output means.</summary>
/// <param name="usage">Writes the help without columns.</param>
/// <param name="streams">Where it goes.</param>
internal sealed class ColumnHelp(HelpAction usage, StandardStreams streams) : SynchronousCommandLineAction
{
    private const int Usual = 80;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usage.Invoke(parseResult);
        if ((parseResult.CommandResult.Command as ITellsColumns)?.Columns is ColumnSet columns)
        {
            Write(streams.Out, columns, Math.Min(TerminalSize.OutputColumns() ?? Usual, 120));
        }

        return code;
    }

    private static void Write(TextWriter writer, ColumnSet set, int room)
    {
        (string Name, string? Help)[] columns = [.. set.DataColumns.Select(column => (column.Label, column.Help))];
        int widest = columns.Where(column => column.Help is not null).Select(column => column.Name.Length).DefaultIfEmpty(0).Max();
        writer.WriteLine("Columns (these are the keys of JSON and CSV, which have sizes in bytes):");
        string indent = new(' ', widest + 4);
        foreach ((string name, string? help) in columns.Where(column => column.Help is not null))
        {
            writer.WriteLine($"  {name.PadRight(widest)}  {DisplayWidth.Wrap(help!, room - indent.Length - 1).Replace("\n", $"\n{indent}", StringComparison.Ordinal)}");
        }

        string others = string.Join(", ", columns.Where(column => column.Help is null).Select(column => column.Name));
        writer.WriteLine($"  {DisplayWidth.Wrap($"And {others}.", room - 3).Replace("\n", "\n  ", StringComparison.Ordinal)}");
        writer.WriteLine();
    }
}
