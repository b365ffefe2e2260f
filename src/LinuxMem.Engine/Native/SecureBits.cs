using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>prctl(2), PR_GET_SECUREBITS: whether the rules by which programs gain capabilities are the usual ones (capabilities(7)).</summary>
internal static partial class SecureBits
{
    private const int PR_GET_SECUREBITS = 27;

    /// <summary>SECBIT_KEEP_CAPS, which an exec clears.</summary>
    private const int KeepCapabilities = 0x10;

    /// <summary>True when none is set that a program would inherit.</summary>
    public static bool AreUsual() => (prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) & ~KeepCapabilities) == 0;

    [LibraryImport("libc")]
    private static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);
}
