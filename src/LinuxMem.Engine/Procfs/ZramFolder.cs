namespace LinuxMem.Engine.Procfs;

/// <summary><c>/sys/block/zram*/mm_stat</c> (Documentation/admin-guide/blockdev/zram.rst): block devices in compressed memory.</summary>
internal static class ZramFolder
{
    /// <summary><c>mem_used_total</c>: the third number of the line.</summary>
    private const int UsedPlace = 2;

    /// <summary>Bytes of memory that all devices take; null where there is none, or none tells.</summary>
    /// <param name="top">The folder that sysfs is mounted at.</param>
    public static long? Used(string top)
    {
        long? bytes = null;
        foreach (string name in SysfsFile.Folders($"{top}/block").Where(name => name.StartsWith("zram", StringComparison.Ordinal)))
        {
            if (SysfsFile.Read($"{top}/block/{name}/mm_stat") is byte[] text && SysfsFile.Number(text, UsedPlace) is long used && used <= long.MaxValue / 1024)
            {
                bytes = (bytes ?? 0) + used;
            }
        }

        return bytes;
    }
}
