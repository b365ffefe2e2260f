using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>readdir(3) on an open folder: its path is not looked up again.</summary>
internal static partial class Readdir
{
    /// <summary>The most numbers that are taken: as many processes as Linux can have (PID_MAX_LIMIT).</summary>
    private const int MaxNumbers = 1 << 22;

    [CName("offsetof(struct dirent, d_reclen)")]
    private const int RecordLength = 16;

    [CName("offsetof(struct dirent, d_name)")]
    private const int Name = 19;

    /// <summary>Longer than any name (NAME_MAX is 255; some FUSE file systems have longer ones).</summary>
    private const int NameBuffer = 2048;

    private delegate bool Visitor(ReadOnlySpan<byte> name);

    /// <summary>The entries of a folder whose names are positive numbers.</summary>
    /// <param name="folder">The folder; it stays open.</param>
    /// <param name="error">0, or the error number. A folder that ends while it is read is read as far as it goes.</param>
    public static List<int> Numbers(FileDescriptor folder, out int error)
    {
        var numbers = new List<int>();
        error = Read(folder, name =>
        {
            if (name is [>= (byte)'1' and <= (byte)'9', ..] && Utf8Parser.TryParse(name, out int number, out int used) && used == name.Length)
            {
                numbers.Add(number);
            }

            return numbers.Count < MaxNumbers;
        });
        return numbers;
    }

    /// <summary>The names of the entries of a folder, each with a NUL byte behind, without <c>.</c> and <c>..</c>.</summary>
    /// <param name="folder">The folder; it stays open.</param>
    /// <param name="most">The most that are taken.</param>
    /// <param name="error">0, or the error number; E2BIG when there are more.</param>
    public static List<byte[]> Names(FileDescriptor folder, int most, out int error)
    {
        var names = new List<byte[]>();
        bool isCut = false;
        error = Read(folder, name =>
        {
            if (name is not ([(byte)'.'] or [(byte)'.', (byte)'.']))
            {
                isCut = names.Count == most;
                if (!isCut)
                {
                    names.Add([.. name, 0]);
                }
            }

            return !isCut;
        });
        error = error == 0 && isCut ? Errno.E2BIG : error;
        return names;
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

    private static int Read(FileDescriptor folder, Visitor visit)
    {
        // Opened anew: the descriptor may be a place only (O_PATH), and two that share one share its position.
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
            byte[] name = new byte[NameBuffer];
            for (nint entry = readdir(stream); entry != 0; entry = readdir(stream))
            {
                // The name, NUL and padding reach to the end of the record.
                int length = Math.Min((ushort)Marshal.ReadInt16(entry, RecordLength) - Name, name.Length);
                Marshal.Copy(entry + Name, name, 0, length);
                int end = name.AsSpan(0, length).IndexOf((byte)0);
                if (!visit(name.AsSpan(0, end < 0 ? length : end)))
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
