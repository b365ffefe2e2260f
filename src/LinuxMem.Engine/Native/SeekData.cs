using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>lseek(2) with SEEK_DATA and SEEK_HOLE: where a file holds something, without a look at where it does not.</summary>
internal static partial class SeekData
{
    private const int SEEK_DATA = 3;
    private const int SEEK_HOLE = 4;
    private const int ENXIO = 6;

    /// <summary>The next stretch that holds something.</summary>
    /// <param name="file">The file; its position changes.</param>
    /// <param name="from">Where to begin, in bytes.</param>
    /// <param name="start">Where the stretch begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>1, 0 when there is none any more, or minus the error number.</returns>
    public static int Next(FileDescriptor file, ulong from, out ulong start, out ulong end)
    {
        end = 0;
        long data = lseek(file.Number, (long)from, SEEK_DATA);
        start = (ulong)data;
        if (data < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == ENXIO ? 0 : -error;
        }

        long hole = lseek(file.Number, data, SEEK_HOLE);
        if (hole <= data)
        {
            // Gone meanwhile: what comes behind it is looked for from the next page on.
            hole = data + Environment.SystemPageSize;
        }

        end = (ulong)hole;
        return 1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int file, long offset, int whence);
}
