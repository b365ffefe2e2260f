
namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Whose rights a process has, whole: the lines <c>Uid</c>, <c>Gid</c>, <c>Groups</c>, <c>CapBnd</c>, <c>NoNewPrivs</c> and
/// <c>Seccomp</c> of its <see cref="StatusFile"/>.
/// </summary>
/// <param name="Uids">Real, effective, saved and file system user id.</param>
/// <param name="Gids">Real, effective, saved and file system group id.</param>
/// <param name="Groups">The supplementary groups.</param>
/// <param name="BoundingSet">The capabilities that its programs can gain at all (capabilities(7)), a bit for each.</param>
/// <param name="NoNewPrivileges">True for a process whose programs gain no rights by set-user-id bits (prctl(2), PR_SET_NO_NEW_PRIVS).</param>
/// <param name="Seccomp">The mode of seccomp(2); 0 for none.</param>
internal sealed record ProcessCredentials(uint[] Uids, uint[] Gids, uint[] Groups, ulong BoundingSet, bool NoNewPrivileges, ulong Seccomp)
{
    /// <summary>True when all four user ids are the same.</summary>
    public bool HasOneUser => Array.TrueForAll(Uids, uid => uid == Uids[0]);

    /// <summary>Reads them of a process; null where its file cannot be read, or is not well formed.</summary>
    public static ProcessCredentials? Read(ProcTree root, int pid) => StatusFile.Read(root, pid)?.Credentials;

    /// <summary>True when both are the same rights.</summary>
    public bool Equals(ProcessCredentials? other) =>
        other is not null
        && Uids.AsSpan().SequenceEqual(other.Uids) && Gids.AsSpan().SequenceEqual(other.Gids) && Groups.AsSpan().SequenceEqual(other.Groups)
        && BoundingSet == other.BoundingSet && NoNewPrivileges == other.NoNewPrivileges && Seccomp == other.Seccomp;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Uids[0], Gids[0], Groups.Length, NoNewPrivileges, Seccomp);
}
