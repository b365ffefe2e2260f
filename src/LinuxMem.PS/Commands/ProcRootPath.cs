using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The parameter -ProcRoot, which takes a PowerShell path.</summary>
internal static class ProcRootPath
{
    /// <summary>The path in the file system; null when none was given.</summary>
    public static string? Resolve(PSCmdlet cmdlet, string? path)
    {
        if (path is null)
        {
            return null;
        }

        string resolved;
        ProviderInfo provider;
        try
        {
            resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException or NotSupportedException)
        {
            throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is no path of this machine: {e.Message}", path, e);
        }

        return provider.Name == "FileSystem"
            ? resolved
            : throw new LinuxMemException(LinuxMemError.NotProc, $"'{path}' is a path of the provider {provider.Name}. Give the path of a /proc tree, such as /proc.", path);
    }
}
