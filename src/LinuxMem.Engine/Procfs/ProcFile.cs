using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>Reads whole /proc files into a buffer that grows as needed and is used again.</summary>
internal static class ProcFile
{
    /// <summary>
    /// The most bytes of a file that are read: execve(2) allows at most 6 MiB of arguments and environment, but
    /// a process can make these files as long as it likes (PR_SET_MM_MAP in prctl(2)).
    /// </summary>
    private const int MaxFile = 8 << 20;

    /// <summary>
    /// Reads a file to its end, or to 8 MiB of it (to fail would let a process hide from every report), and
    /// closes it.
    /// </summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadAll(FileDescriptor opened, ref byte[] buffer)
    {
        using FileDescriptor file = opened;
        if (!file.IsOpen)
        {
            return file.Number;
        }

        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= MaxFile)
                {
                    return length;
                }

                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxFile));
            }

            // Some files (environ, maps) come in pieces: only a read of nothing is their end.
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

    /// <summary>
    /// Reads a file that the kernel delivers whole to the first read that has room for it (stat, status), and
    /// closes it.
    /// </summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadRecord(FileDescriptor opened, ref byte[] buffer)
    {
        using FileDescriptor file = opened;
        if (!file.IsOpen)
        {
            return file.Number;
        }

        int n = file.ReadAt(buffer, 0);
        while (n == buffer.Length && n < MaxFile)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
            n = file.ReadAt(buffer, 0);
        }

        return n;
    }
}
