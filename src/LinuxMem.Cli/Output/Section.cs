namespace LinuxMem.Cli.Output;

/// <summary>Rows that belong together: one table, with a title over it.</summary>
/// <typeparam name="T">The thing reported.</typeparam>
/// <param name="Title">The title; null for none.</param>
/// <param name="Rows">The rows.</param>
internal sealed record Section<T>(string? Title, IReadOnlyList<T> Rows);
