namespace LinuxMem.Cli.Output;

/// <summary>The rows of one table, with its title.</summary>
/// <typeparam name="T">The type of a row.</typeparam>
/// <param name="Title">The title; null for none.</param>
/// <param name="Rows">The rows.</param>
internal sealed record Section<T>(string? Title, IReadOnlyList<T> Rows);
