using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>poll(2): waits for something to read, and asks whether somebody still reads.</summary>
internal static partial class Poll
{
    private const short POLLIN = 1;
    private const short POLLERR = 8;
    private const short POLLHUP = 16;

    /// <summary>
    /// Waits until one of the descriptors has something to read or has ended, or the time is over, or a signal came. One that is not open
    /// is left out.
    /// </summary>
    /// <param name="milliseconds">How long to wait.</param>
    /// <param name="descriptors">The descriptors.</param>
    /// <returns>True when one has something to read, or has ended.</returns>
    public static bool ForReading(int milliseconds, params ReadOnlySpan<int> descriptors)
    {
        Span<Entry> entries = stackalloc Entry[descriptors.Length];
        for (int i = 0; i < descriptors.Length; i++)
        {
            entries[i] = new Entry { FileDescriptor = descriptors[i], Events = POLLIN };
        }

        return poll(ref MemoryMarshal.GetReference(entries), (nuint)entries.Length, milliseconds) > 0;
    }

    /// <summary>True when nobody is left who could read what is written to a pipe or a terminal. Asks, and waits for nothing.</summary>
    public static bool IsReaderGone(int descriptor)
    {
        var entry = new Entry { FileDescriptor = descriptor };
        return poll(ref entry, 1, 0) > 0 && (entry.Returned & (POLLERR | POLLHUP)) != 0;
    }

    [CName("struct pollfd")]
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        [CName("fd")]
        public int FileDescriptor;

        [CName("events")]
        public short Events;

        [CName("revents")]
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref Entry entries, nuint count, int timeout);
}
