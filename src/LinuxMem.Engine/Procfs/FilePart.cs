using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>A stretch of an open file, read as a file by itself: the files of a snapshot are unpacked into one.</summary>
/// <param name="File">The open file.</param>
/// <param name="Start">Where the stretch begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal sealed record FilePart(FileStream File, long Start, long Length)
{
    /// <summary>Reads from <paramref name="offset"/>, up to the end of the part. Returns the number of bytes, or minus the error number.</summary>
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
