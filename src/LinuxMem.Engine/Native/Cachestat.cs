using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>cachestat(2), Linux 6.5: how many pages of a file are in memory; it brings none there.</summary>
internal static partial class Cachestat
{
    /// <summary>The same number on every architecture.</summary>
    private const nint SYS_cachestat = 451;

    /// <summary>Counts the pages of a whole file, those beyond its end included.</summary>
    /// <param name="file">The file, open for reading.</param>
    /// <param name="pages">Base pages in memory.</param>
    /// <returns>0, or the error number: ENOSYS on an older kernel, EOPNOTSUPP for hugetlbfs.</returns>
    public static int Count(FileDescriptor file, out ulong pages)
    {
        var range = default(Range);
        var answer = default(Answer);
        nint result = syscall(SYS_cachestat, file.Number, in range, ref answer, 0);
        pages = answer.Cached;
        return result == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint file, in Range range, ref Answer answer, nint flags);

    /// <summary>A length of 0 means to the end of all that is there.</summary>
    [CName("struct cachestat_range")]
    [StructLayout(LayoutKind.Sequential)]
    private struct Range
    {
        [CName("off")]
        public ulong Offset;

        [CName("len")]
        public ulong Length;
    }

    [CName("struct cachestat")]
    [StructLayout(LayoutKind.Sequential)]
    private struct Answer
    {
        [CName("nr_cache")]
        public ulong Cached;

        [CName("nr_dirty")]
        public ulong Dirty;

        [CName("nr_writeback")]
        public ulong Writeback;

        [CName("nr_evicted")]
        public ulong Evicted;

        [CName("nr_recently_evicted")]
        public ulong RecentlyEvicted;
    }
}
