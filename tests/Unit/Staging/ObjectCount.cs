using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// A plain count of the shared memory objects of processes, to hold the engine against: blocks as stat(1) tells them, and
/// every page looked up in a mapping of the test's own (mincore). Shares no code with the engine.
/// </summary>
internal static partial class ObjectCount
{
    private const int O_RDONLY_NOATIME_CLOEXEC = 0xC0000;
    private const int PROT_READ = 1;
    private const int MAP_SHARED = 1;

    /// <summary>Bytes in memory and swapped out of each object that a process has mapped, by device, inode and time of birth.</summary>
    public static Dictionary<string, (long Resident, long Swapped)> Of(int pid)
    {
        var found = new Dictionary<string, (long, long)>();
        string[] links = [.. Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{pid}/maps")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[4] != "0" && fields[3].StartsWith("00:", StringComparison.Ordinal) && !(fields.Length > 5 && fields[5].StartsWith("/secretmem", StringComparison.Ordinal)))
            .Where(fields => !(fields[1].EndsWith('p') && fields.Length > 5 && fields[5].StartsWith("/anon_hugepage", StringComparison.Ordinal)))
            .Select(fields => $"/proc/{pid}/map_files/{string.Join('-', fields[0].Split('-').Select(side => side.TrimStart('0')))}")];
        if (links.Length == 0)
        {
            return found;
        }

        string[] kinds = Command.Run("stat", ["-f", "-L", "-c", "%T", .. links]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] facts = Command.Run("stat", ["-L", "-c", "%d %i %W %b %B %s %F", .. links]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < links.Length; i++)
        {
            string[] fact = facts[i].Split(' ', 7);
            string key = string.Join(' ', fact[..3]) + (fact[2] is "0" or "-" ? " " + Command.Run("stat", "-L", "-c", "%z", links[i]) : " " + Command.Run("stat", "-L", "-c", "%w", links[i]));
            if (kinds[i] is not ("tmpfs" or "hugetlbfs") || !fact[6].StartsWith("regular", StringComparison.Ordinal) || found.ContainsKey(key))
            {
                continue;
            }

            long blocks = long.Parse(fact[3], CultureInfo.InvariantCulture) * long.Parse(fact[4], CultureInfo.InvariantCulture);
            long size = long.Parse(fact[5], CultureInfo.InvariantCulture);
            if (kinds[i] == "hugetlbfs")
            {
                found.Add(key, (blocks, 0));
                continue;
            }

            // Two witnesses: what the kernel says of the mapping, and every page looked up; those on their way to swap are still there.
            long swapped = SwappedOf(pid, links[i]);
            long lookedUp = LookUp(links[i], size);
            Assert.True(swapped == 0 ? lookedUp == blocks : lookedUp >= blocks - swapped, $"{links[i]}: {blocks} bytes, of which {swapped} are swapped out by smaps, and {lookedUp} in memory by mincore");
            found.Add(key, (blocks - swapped, swapped));
        }

        return found;
    }

    /// <summary>Adds up what several processes hold, each object once.</summary>
    public static (long Resident, long Swapped) Of(IEnumerable<int> pids)
    {
        Dictionary<string, (long Resident, long Swapped)> all = [];
        foreach ((string key, (long, long) value) in pids.SelectMany(pid => Of(pid)))
        {
            all[key] = value;
        }

        return (all.Values.Sum(one => one.Resident), all.Values.Sum(one => one.Swapped));
    }

    private static long SwappedOf(int pid, string link)
    {
        string range = link[(link.LastIndexOf('/') + 1)..];
        string line = Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{pid}/smaps")).Split('\n')
            .SkipWhile(line => !line.TrimStart('0').StartsWith(range + " ", StringComparison.Ordinal))
            .First(line => line.StartsWith("Swap:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static long LookUp(string path, long size)
    {
        if (size == 0)
        {
            return 0;
        }

        int file = open(path, O_RDONLY_NOATIME_CLOEXEC);
        Assert.True(file >= 0, $"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        long page = IndependentCount.PageSize;

        // A huge page may reach beyond the end of the file.
        nuint length = (nuint)((size + (2 << 20) - 1) / (2 << 20) * (2 << 20));
        nint address = mmap(0, length, PROT_READ, MAP_SHARED, file, 0);
        close(file);
        Assert.NotEqual(-1, address);
        byte[] pages = new byte[(long)length / page];
        Assert.Equal(0, mincore(address, length, pages));
        munmap(address, length);
        return pages.LongCount(one => (one & 1) != 0) * page;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mincore(nint address, nuint length, [Out] byte[] pages);
}
