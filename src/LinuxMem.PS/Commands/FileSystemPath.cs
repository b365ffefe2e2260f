using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Paths of PowerShell as the engine takes them.</summary>
internal static class FileSystemPath
{
    /// <summary>The path in the file system that a path of PowerShell means.</summary>
    /// <exception cref="LinuxMemException">It means none.</exception>
    public static string Resolve(SessionState session, string path)
    {
        string resolved;
        ProviderInfo provider;
        try
        {
            resolved = session.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
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
