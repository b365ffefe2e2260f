using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Reads a long /proc file (maps, smaps) line by line through one fixed buffer, so that memory does not depend on the
/// number of mappings.
/// </summary>
internal ref struct LineStream(OpenedFile file, byte[] buffer)
{
    private readonly OpenedFile file = file;
    private readonly byte[] buffer = buffer;
    private long position;
    private int start;
    private int end;
    private bool finished;
    private bool skipping;
    private bool isCutNext;
    private int restStart;
    private int restEnd;

    /// <summary>
    /// The error number of a failed read; EIO when the file ends inside a line, as a copy that was cut off does; else
    /// 0.
    /// </summary>
    public int Error { get; private set; }

    /// <summary>True when the last line was longer than the buffer, and is only its front.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What stands behind the last newline, after the end: a line that a copy may have been cut off in.</summary>
    public readonly ReadOnlySpan<byte> Rest => buffer.AsSpan(restStart, restEnd - restStart);

    /// <summary>Reads the next line, without its newline; false at the end and after an error.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            int newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = buffer.AsSpan(start, newline);
                start += newline + 1;
                IsCut = isCutNext;
                isCutNext = false;
                return true;
            }

            if (finished)
            {
                line = default;
                Error = Error == 0 && start < end ? Errno.EIO : Error;
                (restStart, restEnd) = start < end ? (start, end) : (restStart, restEnd);
                start = end;
                return false;
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (end - start == buffer.Length)
        {
            // Only a path (in deeply nested folders) makes a line longer than the buffer. Keep its front, which has the
            // numbers, and skip the rest: it must not be taken for a line.
            end = buffer.Length / 2;
            skipping = true;
            isCutNext = true;
        }

        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        int n = file.ReadAt(buffer.AsSpan(end), position);
        if (n <= 0)
        {
            Error = -n;
            finished = true;
            if (n < 0)
            {
                start = end;
            }

            return;
        }

        position += n;
        if (skipping)
        {
            int newline = buffer.AsSpan(end, n).IndexOf((byte)'\n');
            if (newline < 0)
            {
                return;
            }

            buffer.AsSpan(end + newline, n - newline).CopyTo(buffer.AsSpan(end));
            n -= newline;
            skipping = false;
        }

        end += n;
    }
}
