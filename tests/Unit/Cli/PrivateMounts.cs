namespace LinuxMem.Unit.Cli;

/// <summary>
/// A shell script in a mount namespace of its own, with a folder <c>$d</c> for its mounts: the machine's stay as they
/// are, and the script's end with it.
/// </summary>
internal static class PrivateMounts
{
    /// <summary>Runs the script, in which <c>"$@"</c> is the command, and which makes its mounts at and below <c>$d</c>.</summary>
    public static Outcome Run(string script)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-mounts-");
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return LinuxMemCommand.Start(["unshare", "-m", "--propagation", "private", "sh", "-c", $"set -e; d={folder.FullName}; {script}", "sh", .. LinuxMemCommand.Words]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Skips the test where no mounts can be made.</summary>
    public static void Require()
    {
        Rights.RequireSetPriv();
        Outcome possible = LinuxMemCommand.Start(["sh", "-c", "unshare -m true"]);
        Assert.SkipWhen(possible.ExitCode != 0, $"needs unshare (util-linux) and the right to use it: {possible.Error}");
    }
}
