using System.Globalization;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/cmdline</c> (proc_pid_cmdline(5)): the arguments, each ended by NUL.</summary>
internal static class CmdlineFile
{
    /// <summary>
    /// The arguments separated by spaces, or the title where the process has overwritten them with one (PostgreSQL,
    /// sshd, Oracle); empty for a process without arguments. A long one is cut (<see cref="BoundedText"/>).
    /// </summary>
    public static string Parse(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd((byte)0);
        if (text.Length > BoundedText.MaxBytes)
        {
            var hash = new TextHash();
            hash.Add(text);
            return Cut(text, hash, null);
        }

        return text.IndexOf((byte)0) < 0 ? SurrogateEscape.Decode(text) : SurrogateEscape.Decode(Joined(text));
    }

    /// <summary>Reads the file of a process, keeping only what is kept of a text, and closes it.</summary>
    /// <param name="opened">The file.</param>
    /// <param name="buffer">What it is read into (<see cref="TextBuffer"/>).</param>
    /// <param name="pid">The process, for the text of one that was not read to its end.</param>
    /// <param name="text">As <see cref="Parse"/> gives it; null after an error.</param>
    /// <returns>The number of bytes read, or minus the error number.</returns>
    public static int Read(OpenedFile opened, byte[] buffer, int pid, out string? text)
    {
        using OpenedFile file = opened;
        text = null;
        int length = ProcFile.ReadUpTo(file, buffer, 0);
        if (length < buffer.Length)
        {
            text = length < 0 ? null : Parse(buffer.AsSpan(0, length));
            return length;
        }

        // The beginning stays; the rest goes through the end of the buffer.
        var hash = new TextHash();
        hash.Add(buffer);
        Span<byte> piece = buffer.AsSpan(BoundedText.MaxBytes);
        int n = piece.Length;
        while (n == piece.Length && hash.Length <= FileBounds.Texts)
        {
            n = ProcFile.ReadUpTo(file, piece, hash.Length);
            if (n < 0)
            {
                return n;
            }

            hash.Add(piece[..n]);
        }

        text = Cut(buffer, hash, hash.Length > FileBounds.Texts ? string.Create(CultureInfo.InvariantCulture, $"process {pid}") : null);
        return (int)hash.Length;
    }

    private static string Cut(ReadOnlySpan<byte> front, in TextHash whole, string? unread) =>
        BoundedText.Decode(Joined(front[..BoundedText.MaxBytes]), whole, unread);

    private static byte[] Joined(ReadOnlySpan<byte> text)
    {
        byte[] joined = text.ToArray();
        joined.AsSpan().Replace((byte)0, (byte)' ');
        return joined;
    }
}
