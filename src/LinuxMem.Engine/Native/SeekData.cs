using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>lseek(2) with SEEK_DATA and SEEK_HOLE: finds the data of a file with holes.</summary>
internal static partial class SeekData
{
    private const int SEEK_DATA = 3;
    private const int SEEK_HOLE = 4;

    /// <summary>The next stretch of data.</summary>
    /// <param name="file">The file; its position changes.</param>
    /// <param name="from">Where to begin, in bytes.</param>
    /// <param name="start">Where the stretch begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>1, 0 when there is no more data, or minus the error number.</returns>
    public static int Next(FileDescriptor file, ulong from, out ulong start, out ulong end)
    {
        end = 0;
        long data = lseek(file.Number, (long)from, SEEK_DATA);
        start = (ulong)data;
        if (data < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == Errno.ENXIO ? 0 : -error;
        }

        long hole = lseek(file.Number, data, SEEK_HOLE);
        if (hole <= data)
        {
            // The data went meanwhile: go on at the next page.
            hole = data + Environment.SystemPageSize;
        }

        end = (ulong)hole;
        return 1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int file, long offset, int whence);
}
