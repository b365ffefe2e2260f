using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Converts PowerShell paths, of -ProcRoot and of a snapshot to write, into file system paths.</summary>
internal static class ProcRootPath
{
    /// <summary>The file system path of -ProcRoot; null for /proc.</summary>
    /// <exception cref="LinuxMemException">It is not a file system path.</exception>
    public static string? Resolve(SessionState session, string? path) =>
        path is null ? null : Resolve(session, path, LinuxMemError.NotProc, "Give the path of a /proc tree, such as /proc, or of a snapshot.");

    /// <summary>The file system path of a file to write.</summary>
    /// <exception cref="LinuxMemException">It is not a file system path.</exception>
    public static string ResolveFile(SessionState session, string path) =>
        Resolve(session, path, LinuxMemError.InvalidArgument, "Give the path of a file, such as db1.tar.gz.");

    private static string Resolve(SessionState session, string path, LinuxMemError kind, string wanted)
    {
        string resolved;
        ProviderInfo provider;
        try
        {
            resolved = session.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException or NotSupportedException)
        {
            throw new LinuxMemException(kind, $"'{path}' is no path of this machine: {e.Message}", path, e);
        }

        return provider.Name == "FileSystem"
            ? resolved
            : throw new LinuxMemException(kind, $"'{path}' is a path of the provider {provider.Name}. {wanted}", path);
    }
}
