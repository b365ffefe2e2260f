using System.Runtime.InteropServices;

namespace LinuxMem.PowerShell.Import;

/// <summary>Whether there is a /proc to read. The module itself imports everywhere: it shows what comes from Linux machines.</summary>
internal static class SupportedSystem
{
    /// <summary>Another system's name, for tests; null for the real one.</summary>
    internal static string? PretendedSystem { get; set; }

    /// <summary>Refuses to read the machine that this session runs on where that is not Linux.</summary>
    /// <param name="command">The command, for the message.</param>
    /// <exception cref="LinuxMemException">The system is not Linux.</exception>
    public static void Require(string command)
    {
        if (PretendedSystem is not null || !OperatingSystem.IsLinux())
        {
            string system = PretendedSystem ?? RuntimeInformation.OSDescription;
            throw new LinuxMemException(
                LinuxMemError.SystemError,
                $"{command} reads /proc, which {system} does not have. Run it on a Linux machine (Invoke-Command -HostName NAME {{ {command} }}), or read the file of a snapshot with -ProcRoot.",
                system);
        }
    }
}
