using System.Buffers.Text;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>Files under the names that they have below <c>/proc</c>, wherever they come from.</summary>
public abstract class ProcTree
{
    /// <summary>Opens a file below the tree; <paramref name="name"/> ends with a NUL byte.</summary>
    internal abstract FileDescriptor Open(ReadOnlySpan<byte> name);

    /// <summary>Reads the target of a symbolic link; minus the error number when it cannot be read.</summary>
    internal abstract int ReadLink(ReadOnlySpan<byte> name, Span<byte> buffer);

    /// <summary>Reads a whole file: see <see cref="ProcFile.ReadAll"/>.</summary>
    internal int ReadAll(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadAll(Open(name), ref buffer);

    /// <summary>Reads a file that comes in one piece: see <see cref="ProcFile.ReadRecord"/>.</summary>
    internal int ReadRecord(ReadOnlySpan<byte> name, ref byte[] buffer) => ProcFile.ReadRecord(Open(name), ref buffer);

    /// <summary>Writes <c>PID</c> + <paramref name="tail"/> (such as <c>/stat</c>) and a NUL byte; returns what was written.</summary>
    internal static ReadOnlySpan<byte> ProcessPath(Span<byte> buffer, int pid, ReadOnlySpan<byte> tail)
    {
        Utf8Formatter.TryFormat(pid, buffer, out int length);
        tail.CopyTo(buffer[length..]);
        length += tail.Length;
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
