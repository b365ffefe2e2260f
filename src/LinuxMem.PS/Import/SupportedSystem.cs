using System.Runtime.InteropServices;

namespace LinuxMem.PowerShell.Import;

/// <summary>Checks that the system is Linux.</summary>
internal static class SupportedSystem
{
    /// <summary>Another system's name, for tests; null for the real one.</summary>
    internal static string? PretendedSystem { get; set; }

    /// <summary>Fails the import on other systems.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static void Require()
    {
        if (PretendedSystem is not null || !OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException(
                $"LinuxMem is for Linux: it reads /proc, which {PretendedSystem ?? RuntimeInformation.OSDescription} does not have; import it on a Linux machine.");
        }
    }
}
