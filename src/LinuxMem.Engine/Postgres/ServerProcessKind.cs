namespace LinuxMem.Engine.Postgres;

/// <summary>What a process of a PostgreSQL cluster does.</summary>
internal enum ServerProcessKind
{
    /// <summary>The postmaster.</summary>
    Postmaster,

    /// <summary>Serves a client.</summary>
    Backend,

    /// <summary>The launcher of autovacuum, or a worker of it.</summary>
    Autovacuum,

    /// <summary>Sends the log to a standby or another receiver.</summary>
    WalSender,

    /// <summary>A worker of a parallel query.</summary>
    Parallel,

    /// <summary>A background worker: logical replication, extensions.</summary>
    BackgroundWorker,

    /// <summary>The server's own: checkpointer, writers, archiver, I/O workers, startup, …</summary>
    Auxiliary,

    /// <summary>Another program that it runs, or a process whose title is not set.</summary>
    Other,
}
