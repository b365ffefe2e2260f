using LinuxMem.Engine.Reports.Columns;

namespace LinuxMem.Cli.Commands;

/// <summary>A command whose output has columns, which its help tells of.</summary>
internal interface ITellsColumns
{
    /// <summary>The columns.</summary>
    ColumnSet Columns { get; }
}
