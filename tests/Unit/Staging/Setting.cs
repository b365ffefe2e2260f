namespace LinuxMem.Unit.Staging;

/// <summary>A setting of the running kernel (a file below /proc/sys or /sys), changed for a while.</summary>
internal sealed class Setting : IDisposable
{
    private readonly string path;
    private readonly string before;

    private Setting(string path, string before)
    {
        this.path = path;
        this.before = before;
    }

    /// <summary>The value now; of a choice (<c>always [madvise] never</c>) the one chosen.</summary>
    public string Value => Read(path);

    /// <summary>Changes a setting; skips the test where the kernel does not have it or does not take the value.</summary>
    /// <param name="path">The file.</param>
    /// <param name="value">Its new value.</param>
    /// <param name="before">What it is to be in the end; null for what it says now.</param>
    public static Setting Change(string path, string value, string? before = null)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, $"Not tested: changing {path} needs root.");
        Assert.SkipUnless(File.Exists(path), $"Not tested: this kernel has no {path}.");
        var setting = new Setting(path, before ?? Read(path));
        try
        {
            setting.Set(value);
            return setting;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            setting.Dispose();
            throw Xunit.Sdk.SkipException.ForSkip($"Not tested: {path} does not take '{value}': {e.Message}");
        }
    }

    /// <summary>Changes it again; what it was at first comes back in the end.</summary>
    public void Set(string value) => File.WriteAllText(path, value);

    /// <inheritdoc/>
    public void Dispose() => Set(before);

    private static string Read(string path)
    {
        string text = File.ReadAllText(path).Trim();
        int open = text.IndexOf('[', StringComparison.Ordinal);
        return open < 0 ? text : text[(open + 1)..text.IndexOf(']', StringComparison.Ordinal)];
    }
}
