namespace LinuxMem.Unit.Staging;

/// <summary>The kernel's merging of equal pages (KSM), switched on, and back to what it was.</summary>
internal sealed class KernelMerging : IDisposable
{
    private const string Folder = "/sys/kernel/mm/ksm/";
    private readonly Stack<Setting> settings = new();

    /// <summary>Switches it on; skips the test where the kernel does not have it.</summary>
    public static KernelMerging SwitchOn()
    {
        var merging = new KernelMerging();
        try
        {
            merging.settings.Push(Setting.Change(Folder + "sleep_millisecs", "5"));
            merging.settings.Push(Setting.Change(Folder + "pages_to_scan", "5000"));
            merging.settings.Push(Setting.Change(Folder + "run", "1"));
            return merging;
        }
        catch
        {
            merging.Dispose();
            throw;
        }
    }

    /// <summary>No further merging; what is merged stays so.</summary>
    public void Hold() => settings.Peek().Set("0");

    /// <inheritdoc/>
    public void Dispose()
    {
        while (settings.TryPop(out Setting? setting))
        {
            setting.Dispose();
        }
    }
}
