using System.Buffers.Binary;
using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>A copy of what /proc says of some stopped processes, in ordinary files; page maps with holes where they are.</summary>
internal static class ProcCopy
{
    private static readonly string[] OfTheMachine = ["iomem", "meminfo", "stat", "sysvipc/shm"];
    private static readonly string[] OfAProcess = ["stat", "status", "environ", "cmdline", "maps", "smaps", "cgroup"];

    /// <summary>Copies into a new folder of the ground.</summary>
    public static string Make(StagingGround ground, IEnumerable<int> pids)
    {
        string root = Directory.CreateDirectory(ground.NewName("proc")).FullName;
        Directory.CreateDirectory($"{root}/sysvipc");
        foreach (string name in OfTheMachine)
        {
            File.WriteAllBytes($"{root}/{name}", File.ReadAllBytes($"/proc/{name}"));
        }

        var frames = new SortedSet<ulong>();
        foreach (int pid in pids)
        {
            Directory.CreateDirectory($"{root}/{pid}");
            foreach (string name in OfAProcess)
            {
                File.WriteAllBytes($"{root}/{pid}/{name}", File.ReadAllBytes($"/proc/{pid}/{name}"));
            }

            CopyPageMap(pid, $"{root}/{pid}/pagemap", frames);
        }

        CopyFlags($"{root}/kpageflags", frames);
        return root;
    }

    private static void CopyPageMap(int pid, string path, SortedSet<ulong> frames)
    {
        using FileStream from = new($"/proc/{pid}/pagemap", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using FileStream to = File.Create(path);
        foreach (string line in File.ReadLines($"/proc/{pid}/maps").Where(line => !line.EndsWith("[vsyscall]", StringComparison.Ordinal)))
        {
            string[] range = line.Split(' ')[0].Split('-');
            long start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / IndependentCount.PageSize * 8;
            long end = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / IndependentCount.PageSize * 8;
            byte[] entries = new byte[end - start];
            from.Position = start;
            from.ReadExactly(entries);
            to.Position = start;
            to.Write(entries);
            for (int i = 0; i < entries.Length; i += 8)
            {
                ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(entries.AsSpan(i));
                if (entry >> 63 != 0)
                {
                    frames.Add(entry & ((1UL << 55) - 1));
                }
            }
        }
    }

    private static void CopyFlags(string path, SortedSet<ulong> frames)
    {
        using FileStream from = new("/proc/kpageflags", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using FileStream to = File.Create(path);
        byte[] flags = new byte[8];
        foreach (ulong frame in frames)
        {
            from.Position = (long)frame * 8;
            if (from.ReadAtLeast(flags, 8, throwOnEndOfStream: false) == 8)
            {
                to.Position = (long)frame * 8;
                to.Write(flags);
            }
        }
    }
}
