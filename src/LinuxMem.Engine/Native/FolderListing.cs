using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>opendir(3) and readdir(3) on a descriptor: a folder is listed without looking its path up again.</summary>
internal static unsafe partial class FolderListing
{
    /// <summary>The most numbers that are taken: as many processes as Linux can have (PID_MAX_LIMIT).</summary>
    private const int Most = 1 << 22;

    /// <summary>Where the name stands in struct dirent of 64-bit systems, of glibc and of musl.</summary>
    private const int NameOffset = 19;

    /// <summary>The entries of a folder that are called by positive numbers.</summary>
    /// <param name="folder">The folder; it stays open.</param>
    /// <param name="error">0, or the error number; a folder that ends while it is read is read as far as it goes.</param>
    public static List<int> Numbers(FileDescriptor folder, out int error)
    {
        var numbers = new List<int>();
        error = Read(folder, name =>
        {
            if (name[0] is >= (byte)'1' and <= (byte)'9' && Utf8Parser.TryParse(name, out int number, out int used) && used == name.Length)
            {
                numbers.Add(number);
            }

            return numbers.Count < Most;
        });
        return numbers;
    }

    /// <summary>How many entries a folder has; null when it cannot be read.</summary>
    public static int? Count(FileDescriptor folder)
    {
        int count = 0;
        int error = Read(folder, name =>
        {
            count += name is [(byte)'.'] or [(byte)'.', (byte)'.'] ? 0 : 1;
            return true;
        });
        return error == 0 ? count : null;
    }

    private delegate bool Visitor(ReadOnlySpan<byte> name);

    private static int Read(FileDescriptor folder, Visitor visit)
    {
        // One of its own: the descriptor may be a place only (O_PATH), and the position is not shared.
        FileDescriptor opened = folder.Open(".\0"u8);
        if (!opened.IsOpen)
        {
            return opened.Error;
        }

        nint stream = fdopendir(opened.Number);
        if (stream == 0)
        {
            int error = Marshal.GetLastPInvokeError();
            opened.Dispose();
            return error;
        }

        try
        {
            for (byte* entry = (byte*)readdir(stream); entry != null; entry = (byte*)readdir(stream))
            {
                if (!visit(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset)))
                {
                    break;
                }
            }

            return 0;
        }
        finally
        {
            _ = closedir(stream);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint fdopendir(int fd);

    [LibraryImport("libc")]
    private static partial nint readdir(nint stream);

    [LibraryImport("libc")]
    private static partial int closedir(nint stream);
}
