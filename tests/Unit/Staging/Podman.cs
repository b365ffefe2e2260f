namespace LinuxMem.Unit.Staging;

/// <summary>Podman, as this machine can run it.</summary>
internal static class Podman
{
    /// <summary>Where Podman keeps its locks; it makes the file when it runs for the first time, and never removes it.</summary>
    private const string Locks = "/dev/shm/libpod_lock";

    static Podman()
    {
        if (!File.Exists(Locks))
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(Locks);
        }
    }

    /// <summary>Makes an image of a folder.</summary>
    public static void Import(string folder, string image) => Command.Run("sh", "-c", $"tar -C '{folder}' -c . | podman import -q - {image}");

    /// <summary>Runs a command of it, and returns what that writes.</summary>
    public static string Run(params string[] arguments) => Command.Run("podman", ["--runtime", "runc", "--cgroup-manager", "cgroupfs", .. arguments]).Trim();
}
