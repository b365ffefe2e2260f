namespace LinuxMem.Cli.Output;

/// <summary>The formats that every command can write.</summary>
internal enum OutputFormat
{
    /// <summary>Box-drawing tables for people.</summary>
    Table,

    /// <summary>One array of flat objects.</summary>
    Json,

    /// <summary>RFC 4180 with a header line.</summary>
    Csv,
}
