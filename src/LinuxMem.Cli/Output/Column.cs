namespace LinuxMem.Cli.Output;

/// <summary>What a column holds, which decides how a table shows it.</summary>
internal enum ColumnKind
{
    /// <summary>Text, to the left.</summary>
    Text,

    /// <summary>A number, to the right.</summary>
    Number,

    /// <summary>Bytes: in a readable unit in a table, to the right.</summary>
    Size,
}

/// <summary>One figure or name of the things a command reports.</summary>
/// <typeparam name="T">The thing reported.</typeparam>
/// <param name="Key">The heading, and the key in JSON.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Value">Takes it from a thing: text, a number, a truth value, a time, or null.</param>
/// <param name="InTable">False for what only JSON and CSV have.</param>
/// <param name="Widest">How many cells of a table it takes at most: what is longer is cut, but whole in JSON and CSV.</param>
/// <param name="Heading">The heading in tables, where it is not the key.</param>
internal sealed record Column<T>(string Key, ColumnKind Kind, Func<T, object?> Value, bool InTable = true, int Widest = int.MaxValue, string? Heading = null);
