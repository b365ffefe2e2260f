using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>prlimit(2): sets a resource limit of another process.</summary>
internal static partial class Prlimit
{
    /// <summary>The limit on the size of a core file.</summary>
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NOFILE = 7;

    /// <summary>Sets a limit; returns 0 or the error number. To raise a hard one needs CAP_SYS_RESOURCE.</summary>
    public static int Set(int pid, int number, ResourceLimit limit) =>
        prlimit(pid, number, in limit, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit(int pid, int resource, in ResourceLimit limit, nint old);
}

/// <summary>A resource limit: the one in force and the one up to which the process may raise it itself; <see cref="None"/> for no limit.</summary>
/// <param name="Soft">The limit in force.</param>
/// <param name="Hard">The most that it may be raised to.</param>
[CName("struct rlimit")]
internal readonly record struct ResourceLimit([field: CName("rlim_cur")] ulong Soft, [field: CName("rlim_max")] ulong Hard)
{
    /// <summary>No limit.</summary>
    [CName("RLIM_INFINITY")]
    public const ulong None = ulong.MaxValue;
}
