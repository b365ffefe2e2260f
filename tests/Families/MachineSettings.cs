using System.Globalization;

namespace LinuxMem.Families;

/// <summary>
/// What of the machine is changed for families, and put back in the end: huge pages set aside, THP of shared memory, the
/// merging of equal pages (KSM), a swap file. What a machine does not have, families do without.
/// </summary>
internal sealed class MachineSettings : IDisposable
{
    /// <summary>Huge pages (hugetlb) that a family may map.</summary>
    public const int HugePages = 16;

    private const string Merging = "/sys/kernel/mm/ksm/";
    private const int SwapMebibytes = 256;

    private readonly Stack<(string What, Action Undo)> undo = new();
    private readonly List<string> missing = [];
    private readonly bool merges;

    /// <param name="folder">Where a swap file can be made.</param>
    public MachineSettings(string folder)
    {
        try
        {
            Change("/sys/kernel/mm/transparent_hugepage/use_zero_page", "1");
            Change("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "advise");
            SetHugePagesAside();
            merges = Change(Merging + "sleep_millisecs", "5") && Change(Merging + "pages_to_scan", "5000") && Change(Merging + "run", "0");
            UseSwap(Path.Combine(folder, "swap"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What families do without, and why.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Lets the kernel merge equal pages, or holds it: what is merged stays so.</summary>
    public void Merge(bool on)
    {
        if (merges)
        {
            File.WriteAllText(Merging + "run", on ? "1" : "0");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var failures = new List<string>();
        while (undo.TryPop(out (string What, Action Undo) one))
        {
            try
            {
                one.Undo();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FamilyException)
            {
                failures.Add($"{one.What}: {e.Message}");
            }
        }

        if (failures.Count > 0)
        {
            throw new FamilyException($"Not put back as it was: {string.Join("; ", failures)}");
        }
    }

    private bool Change(string path, string value, string? before = null)
    {
        try
        {
            before ??= Read(path);
            File.WriteAllText(path, value);
            undo.Push((path, () => File.WriteAllText(path, before)));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            missing.Add($"{path}: {e.Message}");
            return false;
        }
    }

    private void SetHugePagesAside()
    {
        const string Count = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
        if (File.Exists(Count))
        {
            // The count has the surplus in it: pages not set aside any more that somebody still has, or that the kernel takes
            // for promised. They are none of those to be had, and none of those to leave behind.
            int surplus = int.Parse(Read(Count.Replace("nr_", "surplus_", StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            int before = int.Parse(Read(Count), CultureInfo.InvariantCulture);
            if (Change(Count, (before + HugePages).ToString(CultureInfo.InvariantCulture), (before - surplus).ToString(CultureInfo.InvariantCulture)) && int.Parse(Read(Count), CultureInfo.InvariantCulture) < before + HugePages)
            {
                missing.Add("hugetlb: the memory is too fragmented for as many huge pages as asked for");
            }
        }
        else
        {
            missing.Add("hugetlb: this machine has no huge pages of 2 MiB");
        }
    }

    private void UseSwap(string path)
    {
        try
        {
            undo.Push((path, () => File.Delete(path)));
            using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                // Written out: a file with holes is refused.
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < SwapMebibytes; i++)
                {
                    file.Write(zeros);
                }

                file.Flush(flushToDisk: true);
            }

            OtherProgram.Run("mkswap", path);
            OtherProgram.Run("swapon", path);
            undo.Push(("swap", () => OtherProgram.Run("swapoff", path)));
        }
        catch (Exception e) when (e is IOException or FamilyException)
        {
            missing.Add($"swap: {e.Message.Trim()}");
        }
    }

    /// <summary>The value now; of a choice (<c>always [madvise] never</c>) the one chosen.</summary>
    private static string Read(string path)
    {
        string text = File.ReadAllText(path).Trim();
        int open = text.IndexOf('[', StringComparison.Ordinal);
        return open < 0 ? text : text[(open + 1)..text.IndexOf(']', StringComparison.Ordinal)];
    }
}
