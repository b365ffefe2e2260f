using System.Runtime.InteropServices;
using static LinuxMem.Engine.Native.OpenFlags;

namespace LinuxMem.Engine.Native;

/// <summary>openat(2) and write(2): sets a value in a file of the kernel's (of /proc, of a control group).</summary>
internal static partial class KernelSetting
{
    /// <summary>Writes it in one call; returns 0 or the error number.</summary>
    /// <param name="folder">The folder of the file.</param>
    /// <param name="name">Its name there, ended by NUL.</param>
    /// <param name="value">What to write.</param>
    public static int Write(FileDescriptor folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int number = openat(folder.Number, in MemoryMarshal.GetReference(name), O_WRONLY | O_CLOEXEC, 0);
        if (number < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        using var file = new FileDescriptor(number);
        nint n = WriteBytes(number, in MemoryMarshal.GetReference(value), (nuint)value.Length);
        return n == value.Length ? 0 : n < 0 ? Marshal.GetLastPInvokeError() : Errno.EIO;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int directory, in byte path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int fd, in byte buffer, nuint count);
}
