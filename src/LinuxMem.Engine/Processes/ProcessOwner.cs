using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>What the folder <c>/proc/PID</c> itself tells of a process, at a tenth of the price of its <c>status</c>.</summary>
/// <remarks>
/// The kernel gives the folder the effective user and group of the process, whatever its dumpability (proc(5);
/// only the files within go to root then). In a copy the owner is whoever made it: there nothing is known.
/// </remarks>
/// <param name="Inode">The folder's inode, which is another when the number has gone to another process; 0 when not known.</param>
/// <param name="Uid">The effective user id.</param>
/// <param name="Gid">The effective group id.</param>
internal readonly record struct ProcessOwner(ulong Inode, uint? Uid, uint? Gid)
{
    /// <summary>Asks the folder of a process; all unknown where it does not tell.</summary>
    public static ProcessOwner Of(in MachineFolder place) =>
        place.Root.TryReadOwner(place, out ulong inode, out uint uid, out uint gid) ? new ProcessOwner(inode, uid, gid) : default;
}
