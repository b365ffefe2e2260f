using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Procfs;

/// <summary>The state of threads of this program, from <c>/proc/self/task/TID/stat</c>.</summary>
internal static class OwnThread
{
    /// <summary>Makes what tells, from any thread, whether the calling thread runs or is ready to: true also where that is not known.</summary>
    public static Func<bool> Observe()
    {
        if (!Libc.IsThere)
        {
            return static () => true;
        }

        byte[] path = System.Text.Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/task/{ThreadId.Own}/stat\0"));
        return () => IsRunning(path);
    }

    private static bool IsRunning(byte[] path)
    {
        byte[] buffer = new byte[1024];
        int n = ProcFile.ReadRecord(FileDescriptor.WorkingDirectory.Open(path), ref buffer);
        return n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) || stat.State == 'R';
    }
}
