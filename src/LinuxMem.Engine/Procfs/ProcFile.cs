using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>Reads whole /proc files into a buffer that grows as needed and is used again.</summary>
internal static class ProcFile
{
    /// <summary>
    /// Reads <paramref name="name"/> (NUL-terminated, relative to <paramref name="directory"/>) to its end.
    /// </summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadAll(Descriptor directory, ReadOnlySpan<byte> name, ref byte[] buffer)
    {
        using Descriptor file = directory.Open(name);
        if (!file.IsOpen)
        {
            return file.Number;
        }

        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            // Some files (environ, maps) come in pieces: only a read of nothing is their end.
            int n = file.Read(buffer.AsSpan(length));
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
    /// Reads a file that the kernel delivers whole to the first read that has room for it (stat, status).
    /// </summary>
    /// <returns>The number of bytes, or minus the error number.</returns>
    public static int ReadRecord(Descriptor directory, ReadOnlySpan<byte> name, ref byte[] buffer)
    {
        using Descriptor file = directory.Open(name);
        if (!file.IsOpen)
        {
            return file.Number;
        }

        int n = file.ReadAt(buffer, 0);
        while (n == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
            n = file.ReadAt(buffer, 0);
        }

        return n;
    }
}
