namespace LinuxMem.Unit.Staging;

/// <summary>Podman, as this machine can run it.</summary>
internal static class Podman
{
    /// <summary>Where Podman keeps its locks; it makes the file when it runs for the first time, and never removes it.</summary>
    private const string Locks = "/dev/shm/libpod_lock";

    /// <summary>The control groups that it makes around those of containers, and never removes: its own, and those that tests name.</summary>
    private static readonly string[] Groups = ["libpod_parent", "linuxmem-test", "kubepods"];

    static Podman()
    {
        if (!File.Exists(Locks))
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(Locks);
        }

        string[] made = [.. Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").SelectMany(mount => Groups.Select(group => Path.Combine(mount, group))).Where(folder => !Directory.Exists(folder))];
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Array.ForEach(made, Remove);
    }

    /// <summary>Removes a control group with all below it, as far as no process is in it.</summary>
    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Array.ForEach(Directory.GetDirectories(folder), Remove);
                Directory.Delete(folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's by now.
        }
    }

    /// <summary>Makes an image of a folder.</summary>
    public static void Import(string folder, string image) => Command.Run("sh", "-c", $"tar -C '{folder}' -c . | podman import -q - {image}");

    /// <summary>Runs a command of it, and returns what that writes.</summary>
    public static string Run(params string[] arguments) => Command.Run("podman", ["--runtime", "runc", "--cgroup-manager", "cgroupfs", .. arguments]).Trim();
}
