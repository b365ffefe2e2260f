
namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The credentials of a process (credentials(7)): the lines <c>Uid</c>, <c>Gid</c>, <c>Groups</c>, <c>CapBnd</c>,
/// <c>NoNewPrivs</c> and <c>Seccomp</c> of its <see cref="StatusFile"/>.
/// </summary>
/// <param name="Uids">Real, effective, saved and file system user id.</param>
/// <param name="Gids">Real, effective, saved and file system group id.</param>
/// <param name="Groups">The supplementary groups.</param>
/// <param name="BoundingSet">The capability bounding set (capabilities(7)), a bit for each capability.</param>
/// <param name="NoNewPrivileges">True when execve(2) grants no new privileges (PR_SET_NO_NEW_PRIVS, prctl(2)).</param>
/// <param name="Seccomp">The seccomp(2) mode; 0 for none.</param>
internal sealed record ProcessCredentials(uint[] Uids, uint[] Gids, uint[] Groups, ulong BoundingSet, bool NoNewPrivileges, ulong Seccomp)
{
    /// <summary>True when all four user ids are the same.</summary>
    public bool HasOneUser => Array.TrueForAll(Uids, uid => uid == Uids[0]);

    /// <summary>Reads the credentials of a process; null when the file cannot be read or is malformed.</summary>
    public static ProcessCredentials? Read(ProcTree root, int pid) => StatusFile.Read(root, pid)?.Credentials;

    /// <summary>True when all credentials are equal.</summary>
    public bool Equals(ProcessCredentials? other) =>
        other is not null
        && Uids.AsSpan().SequenceEqual(other.Uids) && Gids.AsSpan().SequenceEqual(other.Gids) && Groups.AsSpan().SequenceEqual(other.Groups)
        && BoundingSet == other.BoundingSet && NoNewPrivileges == other.NoNewPrivileges && Seccomp == other.Seccomp;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Uids[0], Gids[0], Groups.Length, NoNewPrivileges, Seccomp);
}
