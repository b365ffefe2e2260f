namespace LinuxMem.Hosts;

/// <summary>MiB, the unit in which both hosts take a memory limit.</summary>
internal static class Mebibytes
{
    private const int Shift = 20;

    /// <summary>
    /// Converts to bytes. A value too large for <see cref="long"/> means no limit; a negative one becomes -1, which the
    /// engine refuses.
    /// </summary>
    public static long ToBytes(long mebibytes) =>
        mebibytes > long.MaxValue >> Shift ? long.MaxValue : mebibytes < 0 ? -1 : mebibytes << Shift;
}
