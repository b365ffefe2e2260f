using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/cmdline</c> (proc_pid_cmdline(5)): the arguments, each ended by NUL.</summary>
internal static class CmdlineFile
{
    /// <summary>
    /// The arguments with a blank between them, or the whole text where the process has written its title
    /// over them (PostgreSQL, sshd, Oracle); empty for a process without any.
    /// </summary>
    public static string Parse(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd((byte)0);
        if (text.IndexOf((byte)0) < 0)
        {
            return SurrogateEscape.Decode(text);
        }

        byte[] joined = text.ToArray();
        joined.AsSpan().Replace((byte)0, (byte)' ');
        return SurrogateEscape.Decode(joined);
    }
}
