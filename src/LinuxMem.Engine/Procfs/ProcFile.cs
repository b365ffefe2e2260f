using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>Reads whole /proc files into a buffer that grows as needed and is reused.</summary>
internal static class ProcFile
{
    /// <summary>The most bytes read of a file.</summary>
    private const int MaxFile = FileBounds.Texts;

    /// <summary>
    /// Reads a file to its end, but at most 8 MiB, and closes it. A longer file is cut, not refused: otherwise a
    /// process could hide from every report.
    /// </summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadAll(OpenedFile opened, ref byte[] buffer)
    {
        using OpenedFile file = opened;
        return Read(file, ref buffer, out _);
    }

    /// <summary>The same, and says whether the file goes on behind what was read.</summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadFront(OpenedFile opened, ref byte[] buffer, out bool isCut)
    {
        using OpenedFile file = opened;
        return Read(file, ref buffer, out isCut);
    }

    /// <summary>
    /// Reads a table to its end, and closes it. One of more than 8 MiB is refused (EOVERFLOW), not cut: what is missing of it
    /// would pass for not being there. Tables that may be longer are read line by line (<see cref="LineStream"/>).
    /// </summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadWhole(OpenedFile opened, ref byte[] buffer)
    {
        using OpenedFile file = opened;
        int n = Read(file, ref buffer, out bool isCut);
        return isCut ? -Errno.EOVERFLOW : n;
    }

    /// <summary>
    /// Reads a file that the kernel returns whole in one read if the buffer is large enough (stat, status), and closes
    /// it.
    /// </summary>
    /// <returns>The number of bytes, or minus the error number: <see cref="FileBounds.Exceeded"/> when it is longer than any is.</returns>
    public static int ReadRecord(OpenedFile opened, ref byte[] buffer)
    {
        using OpenedFile file = opened;
        if (!file.IsOpen)
        {
            return -file.Error;
        }

        int n = file.ReadAt(buffer, 0);
        while (n == buffer.Length && n < FileBounds.Records)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
            n = file.ReadAt(buffer, 0);
        }

        return n < FileBounds.Records ? n : -FileBounds.Exceeded;
    }

    private static int Read(OpenedFile file, ref byte[] buffer, out bool isCut)
    {
        isCut = false;
        if (!file.IsOpen)
        {
            return -file.Error;
        }

        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= MaxFile)
                {
                    Span<byte> more = stackalloc byte[1];
                    isCut = file.ReadAt(more, length) != 0;
                    return length;
                }

                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxFile));
            }

            // Some files (environ, maps) return short reads: only an empty read is the end.
            int n = file.ReadAt(buffer.AsSpan(length), length);
            if (n < 0)
            {
                return n;
            }

            if (n == 0)
            {
                return length;
            }

            length += n;
        }
    }

    /// <summary>Reads a file from a place on until the buffer is full or the file ends.</summary>
    /// <returns>The number of bytes, or minus the error number, also of a file that is not open.</returns>
    public static int ReadUpTo(OpenedFile file, Span<byte> buffer, long position)
    {
        if (!file.IsOpen)
        {
            return -file.Error;
        }

        int length = 0;
        while (length < buffer.Length)
        {
            int n = file.ReadAt(buffer[length..], position + length);
            if (n <= 0)
            {
                return n < 0 ? n : length;
            }

            length += n;
        }

        return length;
    }
}
