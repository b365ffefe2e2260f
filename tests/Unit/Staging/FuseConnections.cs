namespace LinuxMem.Unit.Staging;

/// <summary>Ends what waits for a FUSE file system, as root may whatever becomes of its server: fuse.rst of the kernel's documentation, "Aborting a filesystem connection".</summary>
internal static class FuseConnections
{
    /// <summary>Aborts the connections of what is mounted at a path, as a process sees it; does nothing where there is none.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="path">The mount point.</param>
    public static void Abort(int pid, string path)
    {
        string[] mounts;
        try
        {
            mounts = File.ReadAllLines($"/proc/{pid}/mountinfo");
        }
        catch (IOException)
        {
            // It has ended, and its connection with it.
            return;
        }

        // "36 35 0:52 / /mnt …": the device is the number of the connection.
        foreach (string[] fields in mounts.Select(line => line.Split(' ')).Where(fields => fields[4] == path))
        {
            try
            {
                File.WriteAllText($"/sys/fs/fuse/connections/{fields[2].Split(':')[1]}/abort", "1");
            }
            catch (IOException)
            {
                // It ended just now, is no FUSE, or fusectl is not mounted.
            }
            catch (UnauthorizedAccessException)
            {
                // The folder of connections is empty and read-only where fusectl is not mounted.
            }
        }
    }
}
