using LinuxMem.Engine.SharedMemory;

namespace LinuxMem.Engine.Oracle;

/// <summary>What the SGA of an instance lies in, as its process monitor holds it: segments, or files in /dev/shm (Automatic Memory Management). Sizes are bytes.</summary>
/// <param name="Size">The size of all of it.</param>
/// <param name="Resident">How much of it is in memory.</param>
/// <param name="Huge">How much of that is in huge pages of a pool.</param>
/// <param name="Files">The size of the files.</param>
internal sealed record InstanceMemory(long Size, long Resident, long Huge, long Files)
{
    /// <summary>Adds up what a process monitor holds; null where something of it could not be measured.</summary>
    /// <param name="held">The objects that it holds.</param>
    /// <param name="page">The size of a base page.</param>
    public static InstanceMemory? Of(IEnumerable<SharedObject> held, long page)
    {
        SharedObject[] its = [.. held.Where(one => one.Kind == SharedMemoryKind.SysV || IsFile(one))];
        return Array.TrueForAll(its, one => one.IsMeasured)
            ? new InstanceMemory(
                its.Sum(one => one.Size),
                its.Sum(one => one.Resident),
                its.Where(one => one.PageSize > page).Sum(one => one.Resident),
                its.Where(IsFile).Sum(one => one.Size))
            : null;
    }

    /// <summary>True for the path of a file that Oracle makes for a piece of its SGA: <c>/dev/shm/ora_DB1_…</c>.</summary>
    public static bool IsFile(ReadOnlySpan<byte> path) => path.StartsWith("/dev/shm/ora_"u8);

    private static bool IsFile(SharedObject one) => one.Kind == SharedMemoryKind.Posix && one.Name.StartsWith("/dev/shm/ora_", StringComparison.Ordinal);
}
