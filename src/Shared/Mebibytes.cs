namespace LinuxMem.Hosts;

/// <summary>The unit in which both hosts take a memory limit.</summary>
internal static class Mebibytes
{
    private const int Shift = 20;

    /// <summary>
    /// The same in bytes. What no <see cref="long"/> holds is no limit at all; what is not positive is passed on
    /// for the engine to refuse.
    /// </summary>
    public static long ToBytes(long mebibytes) =>
        mebibytes > long.MaxValue >> Shift ? long.MaxValue : mebibytes < 0 ? -1 : mebibytes << Shift;
}
