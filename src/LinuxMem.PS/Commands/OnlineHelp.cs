namespace LinuxMem.PowerShell.Commands;

/// <summary>Where the pages of the help are on the web, for <c>Get-Help -Online</c>: those that the help is made from.</summary>
internal static class OnlineHelp
{
    /// <summary>The folder of the pages; the manifest's ProjectUri is what it begins with.</summary>
    public const string Pages = "https://github.com/linuxmem/linuxmem/blob/main/docs/en-US/";
}
