using System.Runtime.InteropServices;
using static LinuxMem.Engine.Native.OpenFlags;

namespace LinuxMem.Engine.Native;

/// <summary>pipe2(2), fcntl(2) and write(2): a pipe to talk to a child process through.</summary>
internal sealed partial class Pipe : IDisposable
{
    private const int F_SETFL = 4;
    private const int F_DUPFD_CLOEXEC = 1030;

    private FileDescriptor read;
    private FileDescriptor write;

    private Pipe(FileDescriptor read, FileDescriptor write)
    {
        this.read = read;
        this.write = write;
    }

    public FileDescriptor ReadEnd => read;

    public FileDescriptor WriteEnd => write;

    /// <summary>Makes a pipe that no program inherits, its descriptors above 2; null when there are no more descriptors.</summary>
    public static Pipe? Create()
    {
        Span<int> ends = stackalloc int[2];
        if (pipe2(ref MemoryMarshal.GetReference(ends), O_CLOEXEC) != 0)
        {
            return null;
        }

        var pipe = new Pipe(AboveStandard(ends[0]), AboveStandard(ends[1]));
        if (pipe.read.IsOpen && pipe.write.IsOpen)
        {
            return pipe;
        }

        pipe.Dispose();
        return null;
    }

    /// <summary>Makes reads return at once when nothing is there; false when that cannot be.</summary>
    public bool ReadWithoutWaiting() => fcntl(read.Number, F_SETFL, O_NONBLOCK) == 0;

    /// <summary>Makes writes return at once when there is no room; false when that cannot be.</summary>
    public bool WriteWithoutWaiting() => fcntl(write.Number, F_SETFL, O_NONBLOCK) == 0;

    /// <summary>Writes it all, at most 4096 bytes (what an empty pipe always takes); false when it has no reader any more.</summary>
    public bool TryFill(ReadOnlySpan<byte> bytes) =>
        WriteBytes(write.Number, in MemoryMarshal.GetReference(bytes), (nuint)bytes.Length) == bytes.Length;

    public void CloseReadEnd()
    {
        read.Dispose();
        read = new FileDescriptor(-Errno.EINVAL);
    }

    public void CloseWriteEnd()
    {
        write.Dispose();
        write = new FileDescriptor(-Errno.EINVAL);
    }

    /// <summary>Waits until one of the two has something to read or has ended, or the time is over. One that is not open is left out.</summary>
    public static void Wait(FileDescriptor first, FileDescriptor second, int milliseconds) =>
        _ = Poll.ForReading(milliseconds, first.Number, second.Number);

    public void Dispose()
    {
        CloseReadEnd();
        CloseWriteEnd();
    }

    private static FileDescriptor AboveStandard(int number)
    {
        if (number > 2)
        {
            return new FileDescriptor(number);
        }

        int above = fcntl(number, F_DUPFD_CLOEXEC, 3);
        new FileDescriptor(number).Dispose();
        return new FileDescriptor(above >= 0 ? above : -Errno.EMFILE);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(ref int ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int fd, in byte buffer, nuint count);
}
