using System.Globalization;
using System.Runtime.InteropServices;

namespace LinuxMem.Bench.Measuring;

/// <summary>What the kernel accounts to this process.</summary>
internal static partial class OwnProcess
{
    private const int RUSAGE_SELF = 0;
    private const int RUSAGE_THREAD = 1;

    /// <summary>Processor time so far, in seconds, to the microsecond (getrusage(2)).</summary>
    public static double CpuTime() => CpuTime(RUSAGE_SELF);

    /// <summary>The same of the calling thread alone.</summary>
    public static double CpuTimeOfThread() => CpuTime(RUSAGE_THREAD);

    /// <summary>Makes the peak of the resident size begin anew from what it is now.</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>A size in bytes from /proc/self/status, such as <c>VmHWM</c>.</summary>
    public static long Size(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static double CpuTime(int who)
    {
        Span<long> usage = stackalloc long[18];
        _ = getrusage(who, ref MemoryMarshal.GetReference(usage));
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    [LibraryImport("libc")]
    private static partial int getrusage(int who, ref long usage);
}
