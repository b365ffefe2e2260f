using System.Buffers.Text;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Access to files by their paths below <c>/proc</c>, from whatever source: the kernel, a copy or a snapshot.
/// </summary>
public abstract class ProcTree
{
    /// <summary>Opens a file; <paramref name="name"/> is relative to <c>/proc</c> and ends with NUL.</summary>
    internal abstract OpenedFile Open(ReadOnlySpan<byte> name);

    /// <summary>Reads the target of a symbolic link; returns its length, or minus the error number.</summary>
    internal abstract int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer);

    /// <summary>Reads a whole file (<see cref="ProcFile.ReadAll"/>).</summary>
    internal int ReadAll(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadAll(Open(name), ref buffer);

    /// <summary>Reads a whole table, or refuses it (<see cref="ProcFile.ReadWhole"/>).</summary>
    internal int ReadWhole(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadWhole(Open(name), ref buffer);

    /// <summary>Reads a file that comes in one read (<see cref="ProcFile.ReadRecord"/>).</summary>
    internal int ReadRecord(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadRecord(Open(name), ref buffer);

    /// <summary>
    /// Writes <c>PID</c>, <paramref name="tail"/> (such as <c>/stat</c>) and NUL; returns the path written.
    /// </summary>
    internal static ReadOnlySpan<byte> ProcessPath(Span<byte> buffer, int pid, ReadOnlySpan<byte> tail)
    {
        Utf8Formatter.TryFormat(pid, buffer, out int length);
        tail.CopyTo(buffer[length..]);
        length += tail.Length;
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
