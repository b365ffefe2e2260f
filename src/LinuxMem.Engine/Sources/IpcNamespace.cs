using System.Buffers.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>IPC namespaces, as the links <c>/proc/PID/ns/ipc</c> name them (namespaces(7)).</summary>
internal static class IpcNamespace
{
    /// <summary>
    /// The number of a process's namespace, with 0 for the engine's own; also 0 where the link cannot be read
    /// (a copy of a /proc tree, a kernel without namespaces).
    /// </summary>
    public static ulong Of(in MachineFolder process)
    {
        Span<byte> target = stackalloc byte[64];
        ulong number = Number(target, process.ReadLink("ns/ipc\0"u8, target));
        return number == process.Root.OwnIpcNamespace ? 0 : number;
    }

    /// <summary>The file of a snapshot that has the segments of a namespace.</summary>
    public static string TableName(ulong number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"sysvipc/shm.{number}");

    /// <summary>
    /// Reads <c>/proc/sysvipc/shm</c> of the namespace that a process lives in. It enters the namespace on a thread
    /// made for that and ended after, so no other thread sees a change.
    /// </summary>
    /// <returns>The text; null when the process is gone, the kernel refuses, it does not answer, or there is no thread to be had.</returns>
    public static byte[]? ReadTable(Machine root, int pid)
    {
        if (WorkThread<byte[]?>.TryStart("LinuxMem ipc", Visit, Crew.Stack) is not WorkThread<byte[]?> visit)
        {
            return null;
        }

        if (!visit.Wait(Patience.Most))
        {
            visit.Abandon(static _ => { });
            return null;
        }

        return visit.Result();

        byte[]? Visit()
        {
            Span<byte> name = stackalloc byte[32];
            using FileDescriptor link = root.Open(Machine.ProcessPath(name, pid, "/ns/ipc"u8));
            if (!link.IsOpen || Setns.EnterIpc(link) != 0)
            {
                return null;
            }

            byte[] buffer = new byte[16384];
            int n = root.ReadAll("sysvipc/shm\0"u8, ref buffer);
            return n >= 0 ? buffer[..n] : null;
        }
    }

    /// <summary>The number of the engine's own.</summary>
    public static ulong Own { get; } = ReadOwn();

    private static ulong ReadOwn()
    {
        Span<byte> target = stackalloc byte[64];
        return Number(target, FileDescriptor.WorkingDirectory.ReadLink("/proc/self/ns/ipc\0"u8, target));
    }

    /// <summary>Reads <c>ipc:[4026531839]</c>; 0 where it is not that.</summary>
    private static ulong Number(ReadOnlySpan<byte> target, int length) =>
        length > 6 && Utf8Parser.TryParse(target[5..length], out ulong number, out _) ? number : 0;
}
