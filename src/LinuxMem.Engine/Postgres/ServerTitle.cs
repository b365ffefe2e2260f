using System.Text.RegularExpressions;

namespace LinuxMem.Engine.Postgres;

/// <summary>Tells the kind of a process by the title that PostgreSQL gives it (<c>postgres: main: checkpointer</c>).</summary>
internal static partial class ServerTitle
{
    /// <summary>What every title begins with.</summary>
    private const string Begin = "postgres: ";

    private static readonly (string Begin, ServerProcessKind Kind)[] Known =
    [
        ("autovacuum launcher", ServerProcessKind.Autovacuum),
        ("autovacuum worker", ServerProcessKind.Autovacuum),
        ("walsender", ServerProcessKind.WalSender),
        ("wal sender", ServerProcessKind.WalSender),
        ("parallel worker", ServerProcessKind.Parallel),
        ("bgworker: parallel worker", ServerProcessKind.Parallel),
        ("bgworker: ", ServerProcessKind.BackgroundWorker),
        ("logical replication ", ServerProcessKind.BackgroundWorker),
        ("checkpointer", ServerProcessKind.Auxiliary),
        ("background writer", ServerProcessKind.Auxiliary),
        ("writer process", ServerProcessKind.Auxiliary),
        ("walwriter", ServerProcessKind.Auxiliary),
        ("wal writer", ServerProcessKind.Auxiliary),
        ("walreceiver", ServerProcessKind.Auxiliary),
        ("wal receiver", ServerProcessKind.Auxiliary),
        ("walsummarizer", ServerProcessKind.Auxiliary),
        ("archiver", ServerProcessKind.Auxiliary),
        ("logger", ServerProcessKind.Auxiliary),
        ("stats collector", ServerProcessKind.Auxiliary),
        ("startup", ServerProcessKind.Auxiliary),
        ("io worker", ServerProcessKind.Auxiliary),
        ("slotsync worker", ServerProcessKind.Auxiliary),
    ];

    /// <summary>True for the title of a process that a postmaster has started; its own it leaves as it was.</summary>
    public static bool IsOne(string? commandLine) => commandLine?.StartsWith(Begin, StringComparison.Ordinal) == true;

    /// <summary>The kind of a process.</summary>
    /// <param name="commandLine">Its arguments, which the title has taken the place of.</param>
    /// <param name="clusterName">The setting <c>cluster_name</c>, which titles begin with; empty when it has none, null when it is not known.</param>
    public static ServerProcessKind Of(string? commandLine, string? clusterName)
    {
        if (!IsOne(commandLine))
        {
            return ServerProcessKind.Other;
        }

        string title = commandLine![Begin.Length..].Trim();
        int colon = title.IndexOf(": ", StringComparison.Ordinal);
        if (!string.IsNullOrEmpty(clusterName) && title.StartsWith(clusterName + ": ", StringComparison.Ordinal))
        {
            title = title[(clusterName.Length + 2)..];
        }
        else if (clusterName is null && colon > 0 && !title.AsSpan(0, colon).Contains(' ') && !title.StartsWith("bgworker: ", StringComparison.Ordinal))
        {
            title = title[(colon + 2)..];
        }

        foreach ((string begin, ServerProcessKind kind) in Known)
        {
            if (title.StartsWith(begin, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return Client().IsMatch(title) ? ServerProcessKind.Backend : ServerProcessKind.BackgroundWorker;
    }

    /// <summary>User, database, and where the client is: <c>app shop 10.0.0.7(51544) idle</c>, <c>app shop [local] SELECT</c>.</summary>
    [GeneratedRegex(@"\A\S.* (\[local\]|\S+\([0-9]+\))( |\z)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Client();
}
