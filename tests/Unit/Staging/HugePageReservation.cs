using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>Huge pages (hugetlb) set aside for a test, on top of those the machine has in use, and given back after it.</summary>
internal sealed class HugePageReservation : IDisposable
{
    private readonly Setting setting;

    private HugePageReservation(Setting setting) => this.setting = setting;

    /// <summary>Sets pages aside; skips the test where there are not so many to be had.</summary>
    /// <param name="pages">How many.</param>
    /// <param name="kibibytes">Their size.</param>
    public static HugePageReservation Take(int pages, int kibibytes = 2048)
    {
        string path = $"/sys/kernel/mm/hugepages/hugepages-{kibibytes}kB/nr_hugepages";
        Assert.SkipUnless(File.Exists(path), $"Not tested: this machine has no huge pages of {kibibytes} KiB.");

        // The count has the surplus in it: pages not set aside any more that somebody still has, or that the kernel takes
        // for promised. They are none of those to be had, and none of those to leave behind.
        int surplus = int.Parse(File.ReadAllText(path.Replace("nr_", "surplus_", StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        int before = int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
        string wanted = (before + pages).ToString(CultureInfo.InvariantCulture);
        var reservation = new HugePageReservation(Setting.Change(path, wanted, (before - surplus).ToString(CultureInfo.InvariantCulture)));
        if (reservation.setting.Value != wanted)
        {
            reservation.Dispose();
            throw Xunit.Sdk.SkipException.ForSkip($"Not tested: the machine's memory is too fragmented for {pages} huge pages of {kibibytes} KiB.");
        }

        return reservation;
    }

    /// <inheritdoc/>
    public void Dispose() => setting.Dispose();
}
