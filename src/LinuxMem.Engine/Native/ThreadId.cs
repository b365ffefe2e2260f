using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>gettid(2).</summary>
internal static partial class ThreadId
{
    /// <summary>The kernel's number of the calling thread.</summary>
    public static int Own => gettid();

    [LibraryImport("libc")]
    private static partial int gettid();
}
