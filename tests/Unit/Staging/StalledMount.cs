using System.Runtime.InteropServices;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// A file system of which nothing is ever answered (FUSE, with nobody who serves it), as anybody may mount one:
/// whoever looks something up in it waits, until it is disposed of.
/// </summary>
internal sealed partial class StalledMount : IDisposable
{
    private const int O_RDWR_CLOEXEC = 0x80002;
    private const int MNT_DETACH = 2;
    private readonly int connection;

    private StalledMount(string path, int connection)
    {
        Path = path;
        this.connection = connection;
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one; skips the test where that cannot be done.</summary>
    public static StalledMount Make()
    {
        string path = Directory.CreateTempSubdirectory("linuxmem-stalled-").FullName;
        int connection = open("/dev/fuse", O_RDWR_CLOEXEC);
        int result = connection < 0 ? -1 : mount("linuxmem-test", path, "fuse", 0, $"fd={connection},rootmode=40000,user_id=0,group_id=0,allow_other");
        if (result == 0)
        {
            return new StalledMount(path, connection);
        }

        string why = Marshal.GetLastPInvokeErrorMessage();
        if (connection >= 0)
        {
            close(connection);
        }

        Directory.Delete(path);
        throw Xunit.Sdk.SkipException.ForSkip($"Not tested: no FUSE file system can be mounted ({why}).");
    }

    /// <summary>Whoever waits is told that the file system is gone.</summary>
    public void Dispose()
    {
        // The connection ends with its descriptor, which a process that is just being started by another thread may have, too.
        FuseConnections.Abort(Environment.ProcessId, Path);
        close(connection);
        umount2(Path, MNT_DETACH);
        Directory.Delete(Path);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}
