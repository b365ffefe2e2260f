using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// What one stat(2) of the folder <c>/proc/PID</c> tells, at a tenth of the cost of reading <c>status</c>.
/// </summary>
/// <remarks>
/// The folder is owned by the effective user and group of the process even when it is not dumpable (proc(5); only the
/// files inside then belong to root). In a copy, the owner is whoever made the copy, so nothing is known.
/// </remarks>
/// <param name="Inode">The inode of the folder, which changes when the pid is reused; 0 when not known.</param>
/// <param name="Uid">The effective user id; null when not known.</param>
/// <param name="Gid">The effective group id; null when not known.</param>
internal readonly record struct ProcessOwner(ulong Inode, uint? Uid, uint? Gid)
{
    /// <summary>Reads the owner of a process's folder; everything unknown where that is not possible.</summary>
    public static ProcessOwner Of(in MachineFolder place) =>
        place.Root.TryReadOwner(place, out ulong inode, out uint uid, out uint gid) ? new ProcessOwner(inode, uid, gid) : default;
}
