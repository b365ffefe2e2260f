using System.Buffers.Text;

namespace LinuxMem.Engine.Sources;

/// <summary>A file in memory, as a process has it mapped or open: where to look at it through the process's folder.</summary>
/// <param name="Minor">The minor number of its device; the major is 0.</param>
/// <param name="Inode">Its inode; the shmid of a SysV segment.</param>
/// <param name="IsSegment">Whether it is a SysV segment: their numbers are not told from those of other files by the device.</param>
/// <param name="Start">Where a mapping of it begins.</param>
/// <param name="End">Where that ends, exclusive; 0 for a descriptor.</param>
/// <param name="Descriptor">The number of the descriptor, where it is not mapped.</param>
internal readonly record struct ObjectLink(uint Minor, ulong Inode, bool IsSegment, ulong Start, ulong End, int Descriptor = 0)
{
    /// <summary>Writes the path below the process's folder, with a NUL byte behind: <c>map_files/…</c> or <c>fd/…</c>.</summary>
    public ReadOnlySpan<byte> Path(Span<byte> buffer)
    {
        int length;
        if (End == 0)
        {
            "fd/"u8.CopyTo(buffer);
            Utf8Formatter.TryFormat(Descriptor, buffer[3..], out length);
            length += 3;
        }
        else
        {
            "map_files/"u8.CopyTo(buffer);
            length = 10;
            Utf8Formatter.TryFormat(Start, buffer[length..], out int digits, 'x');
            length += digits;
            buffer[length++] = (byte)'-';
            Utf8Formatter.TryFormat(End, buffer[length..], out digits, 'x');
            length += digits;
        }

        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
