using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>The columns of <c>/proc/sysvipc/shm</c> that figures rest on (proc_sysvipc_shm(5)).</summary>
internal static class SysVTable
{
    /// <summary>Resident and swapped bytes of each segment, by id.</summary>
    public static Dictionary<long, (long Rss, long Swap)> Read()
    {
        string[] lines = File.ReadAllLines("/proc/sysvipc/shm");
        string[] heading = Fields(lines[0]);
        int id = Array.IndexOf(heading, "shmid");
        int rss = Array.IndexOf(heading, "rss");
        int swap = Array.IndexOf(heading, "swap");
        return lines.Skip(1).Select(Fields).ToDictionary(f => Number(f[id]), f => (Number(f[rss]), Number(f[swap])));
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
