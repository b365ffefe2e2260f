using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Paths as PowerShell has them: the parameter -ProcRoot of all cmdlets, and the file of a snapshot.</summary>
internal static class ProcRootPath
{
    /// <summary>The path in the file system; null for the kernel's own /proc.</summary>
    /// <exception cref="LinuxMemException">It is a path of another kind.</exception>
    public static string? Resolve(SessionState session, string? path) =>
        path is null ? null : Resolve(session, path, LinuxMemError.NotProc, "Give the path of a /proc tree, such as /proc, or of a snapshot.");

    /// <summary>The path in the file system of a file to write.</summary>
    /// <exception cref="LinuxMemException">It is a path of another kind.</exception>
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
