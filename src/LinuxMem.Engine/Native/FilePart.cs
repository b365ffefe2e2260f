namespace LinuxMem.Engine.Native;

/// <summary>A stretch of an open file that is a file by itself: snapshots are unpacked into one file without a name.</summary>
/// <param name="File">The open file.</param>
/// <param name="Start">Where the stretch begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal sealed record FilePart(FileStream File, long Start, long Length)
{
    /// <summary>Reads from <paramref name="offset"/>; nothing behind the end. The number of bytes, or minus the error number.</summary>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        if (offset >= Length)
        {
            return 0;
        }

        try
        {
            return RandomAccess.Read(File.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, Length - offset)], Start + offset);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return -Errno.EIO;
        }
    }
}
