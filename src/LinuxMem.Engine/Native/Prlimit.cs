using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>prlimit(2): sets a resource limit of another process.</summary>
internal static partial class Prlimit
{
    /// <summary>The number of the limit on the size of a core file.</summary>
    public const int RLIMIT_CORE = 4;

    /// <summary>Sets a limit; returns 0 or the error number. To raise a hard one needs CAP_SYS_RESOURCE.</summary>
    public static int Set(int pid, int number, ResourceLimit limit) =>
        prlimit(pid, number, in limit, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int prlimit(int pid, int resource, in ResourceLimit limit, nint old);
}

/// <summary>A resource limit: the one in force and the one up to which the process may raise it itself; <see cref="None"/> for no limit.</summary>
/// <param name="Soft">The limit in force.</param>
/// <param name="Hard">The most that it may be raised to.</param>
internal readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>No limit (RLIM_INFINITY).</summary>
    public const ulong None = ulong.MaxValue;
}
