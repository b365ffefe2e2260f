using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Reads a long /proc file (maps, smaps) line by line through one buffer, so that a process with a hundred
/// thousand mappings takes no more memory than one with ten.
/// </summary>
internal ref struct LineStream(FileDescriptor file, byte[] buffer)
{
    private readonly FileDescriptor file = file;
    private readonly byte[] buffer = buffer;
    private long position;
    private int start;
    private int end;
    private bool finished;
    private bool skipping;

    /// <summary>
    /// The error number of a read that failed, EIO where the file ends within a line (the kernel ends each; a copy
    /// may have been cut off); 0 when neither is so.
    /// </summary>
    public int Error { get; private set; }

    /// <summary>The next line without its newline; false at the end and after an error.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            int newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = buffer.AsSpan(start, newline);
                start += newline + 1;
                return true;
            }

            if (finished)
            {
                line = default;
                Error = Error == 0 && start < end ? Errno.EIO : Error;
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
            // A line longer than the buffer: its path is (nested folders can make it so). The front stays, with
            // the numbers, and the rest of the line is passed over: nothing in it must look like a line.
            end = buffer.Length / 2;
            skipping = true;
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
