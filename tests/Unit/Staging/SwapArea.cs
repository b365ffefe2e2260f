using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>A swap file in use for the time of a test.</summary>
internal sealed class SwapArea : IDisposable
{
    private readonly string path;
    private bool active;

    private SwapArea(string path) => this.path = path;

    /// <summary>Makes a swap file and takes it into use; skips the test where that cannot be.</summary>
    /// <param name="ground">Where to make it.</param>
    /// <param name="priority">The kernel fills areas of higher priority first.</param>
    /// <param name="mebibytes">Its size.</param>
    public static SwapArea Activate(StagingGround ground, int priority = 1, int mebibytes = 64)
    {
        ground.Require();
        Assert.SkipUnless(File.Exists("/proc/swaps"), "Not tested: this kernel does not swap.");
        Assert.SkipUnless(Command.Exists("mkswap") && Command.Exists("swapon"), "Not tested: there is no mkswap or swapon.");
        var area = new SwapArea(ground.NewName("swap"));
        try
        {
            area.Write(mebibytes);
            Command.Run("mkswap", area.path);
            Command.Run("swapon", "-p", priority.ToString(CultureInfo.InvariantCulture), area.path);
            area.active = true;
            return area;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            area.Dispose();
            throw Xunit.Sdk.SkipException.ForSkip($"Not tested: no swap file can be used here: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (active)
        {
            Command.Run("swapoff", path);
        }

        File.Delete(path);
    }

    /// <summary>The file is written out: one with holes is refused.</summary>
    private void Write(int mebibytes)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        byte[] zeros = new byte[1 << 20];
        for (int i = 0; i < mebibytes; i++)
        {
            file.Write(zeros);
        }

        file.Flush(flushToDisk: true);
    }
}
