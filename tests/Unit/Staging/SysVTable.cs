using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>The columns of <c>/proc/sysvipc/shm</c> that figures rest on (proc_sysvipc_shm(5)).</summary>
internal static class SysVTable
{
    /// <summary>Resident and swapped bytes of each segment, by id.</summary>
    public static Dictionary<long, (long Rss, long Swap)> Read()
    {
        string[] lines = Lines();
        Dictionary<long, long> swap = Column(lines, "swap");
        return Column(lines, "rss").ToDictionary(one => one.Key, one => (one.Value, swap[one.Key]));
    }

    /// <summary>The last process that attached or left each segment, by the segment's id.</summary>
    public static Dictionary<long, long> LastPids() => Column(Lines(), "lpid");

    private static string[] Lines() => File.ReadAllLines("/proc/sysvipc/shm");

    private static Dictionary<long, long> Column(string[] lines, string name)
    {
        string[] heading = Fields(lines[0]);
        (int id, int column) = (Array.IndexOf(heading, "shmid"), Array.IndexOf(heading, name));
        return lines.Skip(1).Select(Fields).ToDictionary(fields => Number(fields[id]), fields => Number(fields[column]));
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
