using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>setpriority(2) and sched_setscheduler(2): how much of the processors a process gets.</summary>
internal static partial class Scheduling
{
    private const int PRIO_PROCESS = 0;

    /// <summary>Gives a process the nice value and the scheduling policy of another one; returns 0 or the error number.</summary>
    public static int Copy(int from, int to)
    {
        if (!TryNice(from, out int nice, out int error) || !TryNice(to, out int now, out error))
        {
            return error;
        }

        int policy = sched_getscheduler(from);
        if (policy != sched_getscheduler(to))
        {
            if (sched_getparam(from, out Parameters parameters) != 0 || sched_setscheduler(to, policy, in parameters) != 0)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        if (now != nice && setpriority(PRIO_PROCESS, (uint)to, nice) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        return TryNice(to, out now, out error) && now == nice && sched_getscheduler(to) == policy ? 0 : error == 0 ? Errno.EPERM : error;
    }

    /// <summary>Gives one thread a nice value; returns 0 or the error number.</summary>
    public static int SetNice(int thread, int nice) => setpriority(PRIO_PROCESS, (uint)thread, nice) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static bool TryNice(int pid, out int nice, out int error)
    {
        // -1 may be the value: only the error number tells.
        nice = getpriority(PRIO_PROCESS, (uint)pid);
        error = nice == -1 ? Marshal.GetLastPInvokeError() : 0;
        return error == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpriority(int kind, uint id);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int kind, uint id, int nice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getscheduler(int pid);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getparam(int pid, out Parameters parameters);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setscheduler(int pid, int policy, in Parameters parameters);

    [CName("struct sched_param")]
    [StructLayout(LayoutKind.Sequential)]
    private struct Parameters
    {
        [CName("sched_priority")]
        public int Priority;
    }
}
