using System.Runtime.InteropServices;
using static LinuxMem.Engine.Native.OpenFlags;

namespace LinuxMem.Engine.Native;

/// <summary>
/// A file descriptor as a value: openat(2), read(2), pread(2), readlinkat(2) and close(2), without an allocation per
/// file. Every call returns its result, or minus the error number.
/// </summary>
/// <remarks>
/// Whoever opens one closes it (<see cref="Dispose"/>), once. All are opened close-on-exec: no child inherits one.
/// </remarks>
internal readonly partial struct FileDescriptor(int number) : IDisposable
{
    /// <summary>The number, stored so that <c>default</c> is not open: a plain 0 would be standard input.</summary>
    private readonly int stored = number ^ -Errno.EBADF;

    private const int AT_FDCWD = -100;

    /// <summary>Stands for the current directory in <see cref="Open"/>.</summary>
    public static FileDescriptor WorkingDirectory => new(AT_FDCWD);

    /// <summary>The number of the descriptor, or minus the error number of the call that was to open it.</summary>
    public int Number => stored ^ -Errno.EBADF;

    public bool IsOpen => Number >= 0;

    /// <summary>The error number of the failed open.</summary>
    public int Error => -Number;

    /// <summary>
    /// Opens a file for reading; <paramref name="path"/> ends with a NUL byte. It does not wait for a writer of a FIFO, nor
    /// for a lease on the file (EAGAIN then).
    /// </summary>
    public FileDescriptor Open(ReadOnlySpan<byte> path) => OpenWith(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    /// <summary>Opens for reading what was opened as a place (O_PATH): the same file, even if another has its name by now.</summary>
    public FileDescriptor Reopen() => WorkingDirectory.Open(OwnPath());

    /// <summary><c>/proc/self/fd/N</c>, with a NUL byte behind.</summary>
    public byte[] OwnPath() => System.Text.Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{Number}\0"));

    /// <summary>Opens a place in the tree (O_PATH), such as a directory to look files up in; needs no right to read it.</summary>
    public FileDescriptor OpenPlace(ReadOnlySpan<byte> path) => OpenWith(path, O_PATH | O_CLOEXEC);

    /// <summary>The same, but of a symbolic link the link itself.</summary>
    public FileDescriptor OpenPlaceItself(ReadOnlySpan<byte> path) => OpenWith(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);

    /// <summary>Reads on from the descriptor's position.</summary>
    public int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint n = read(Number, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (n >= 0)
            {
                return (int)n;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR)
            {
                return -error;
            }
        }
    }

    /// <summary>Reads from <paramref name="offset"/>, leaving the position alone.</summary>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        while (true)
        {
            nint n = pread(Number, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, offset);
            if (n >= 0)
            {
                return (int)n;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR)
            {
                return -error;
            }
        }
    }

    /// <summary>Reads the target of the symbolic link <paramref name="path"/> (NUL-terminated) below this directory.</summary>
    public int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        if (!Libc.IsThere)
        {
            return -Errno.ENOSYS;
        }

        nint n = readlinkat(Number, in MemoryMarshal.GetReference(path), ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
        return n >= 0 ? (int)n : -Marshal.GetLastPInvokeError();
    }

    public void Dispose()
    {
        if (IsOpen)
        {
            _ = close(Number);
        }
    }

    private FileDescriptor OpenWith(ReadOnlySpan<byte> path, int flags)
    {
        if (!Libc.IsThere)
        {
            return new FileDescriptor(-Errno.ENOSYS);
        }

        while (true)
        {
            int fd = openat(Number, in MemoryMarshal.GetReference(path), flags, 0);
            if (fd >= 0)
            {
                return new FileDescriptor(fd);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR)
            {
                return new FileDescriptor(-error);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int directory, in byte path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, ref byte buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, ref byte buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlinkat(int directory, in byte path, ref byte buffer, nuint size);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
