using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/cmdline</c> (proc_pid_cmdline(5)): the arguments, each ended by NUL.</summary>
internal static class CmdlineFile
{
    /// <summary>
    /// The arguments separated by spaces, or the title where the process has overwritten them with one (PostgreSQL,
    /// sshd, Oracle); empty for a process without arguments.
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
