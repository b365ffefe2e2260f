using System.Runtime.InteropServices;

namespace LinuxMem.PowerShell.Import;

/// <summary>The systems that the module works on: Linux.</summary>
internal static class SupportedSystem
{
    /// <summary>The name of another system that tests pretend to be on; null for the real one.</summary>
    internal static string? PretendedSystem { get; set; }

    /// <summary>Ends the import where there is no Linux below.</summary>
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
