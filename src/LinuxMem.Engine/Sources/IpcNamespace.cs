using System.Buffers.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Sources;

/// <summary>IPC namespaces, as the links <c>/proc/PID/ns/ipc</c> name them (namespaces(7)).</summary>
internal static class IpcNamespace
{
    /// <summary>
    /// The number of a process's namespace, with 0 for the engine's own; also 0 where there is no such link
    /// (a copy of a /proc tree, a kernel without namespaces).
    /// </summary>
    /// <param name="process">The folder of the process, or of the thread it is read through.</param>
    /// <param name="number">The number.</param>
    /// <returns>False when the process or thread has ended: the number is not known, and must not pass for our own.</returns>
    public static bool TryRead(in MachineFolder process, out ulong number)
    {
        Span<byte> target = stackalloc byte[64];
        int n = process.ReadLink("ns/ipc\0"u8, target);
        number = Number(target, n);
        number = number == process.Root.OwnIpcNamespace ? 0 : number;

        // Where our own has no link, the kernel has no namespaces.
        return n >= 0 || Own == 0 || !process.Root.IsGone(-n);
    }

    /// <summary>The file of a snapshot that has the segments of a namespace.</summary>
    public static string TableName(ulong number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"sysvipc/shm.{number}");

    /// <summary>
    /// Reads <c>/proc/sysvipc/shm</c> of the namespace that a process lives in. A thread of its own enters the
    /// namespace and then ends, so no other thread changes.
    /// </summary>
    /// <param name="root">The live machine.</param>
    /// <param name="number">The namespace that is wanted. A process may have left it for another since it was looked at.</param>
    /// <param name="pid">A process that lived in it.</param>
    /// <param name="thread">The thread of it that is looked at; 0 for the main one.</param>
    /// <returns>
    /// The text; null when the process is gone or lives elsewhere by now, the kernel refuses, it does not answer, or there is no
    /// thread to be had.
    /// </returns>
    public static byte[]? ReadTable(Machine root, ulong number, int pid, int thread)
    {
        if (WorkThread<byte[]?>.TryStart("LinuxMem ipc", Visit, Crew.Stack) is not WorkThread<byte[]?> visit)
        {
            return null;
        }

        if (!visit.Wait(root.Deadlines.Answer))
        {
            visit.Abandon(static _ => { });
            return null;
        }

        return visit.Result();

        byte[]? Visit()
        {
            byte[] name = new byte[64];
            int length = thread == 0 ? 0 : Machine.ProcessPath(name, pid, "/task/"u8).Length - 1;
            int tail = Machine.ProcessPath(name.AsSpan(length), thread == 0 ? pid : thread, "/ns/ipc"u8).Length;
            using OpenedFile link = root.Open(name.AsSpan(0, length + tail));

            // What was opened stays that namespace, wherever the process goes.
            if (!link.IsOpen || Statx.ReadIdentity(link.Descriptor, out FileIdentity opened) != 0 || opened.Inode != number
                || Setns.EnterIpc(link.Descriptor) != 0)
            {
                return null;
            }

            byte[] buffer = new byte[16384];
            int n = root.ReadWhole("sysvipc/shm\0"u8, ref buffer);
            return n >= 0 ? buffer[..n] : null;
        }
    }

    /// <summary>The number of the engine's own.</summary>
    public static ulong Own { get; } = ReadOwn("/proc/self/ns/ipc\0"u8);

    /// <summary>The number of the engine's own mount namespace.</summary>
    public static ulong OwnMounts { get; } = ReadOwn("/proc/self/ns/mnt\0"u8);

    private static ulong ReadOwn(ReadOnlySpan<byte> link)
    {
        Span<byte> target = stackalloc byte[64];
        return Number(target, FileDescriptor.WorkingDirectory.ReadLink(link, target));
    }

    /// <summary>Reads the number in the link of a namespace of any kind: <c>mnt:[4026531841]</c>.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> target, out ulong number)
    {
        number = Number(target, target.Length);
        return number != 0;
    }

    /// <summary>Reads <c>ipc:[4026531839]</c>; 0 where it is not that.</summary>
    private static ulong Number(ReadOnlySpan<byte> target, int length) =>
        length > 6 && Utf8Parser.TryParse(target[5..length], out ulong number, out _) ? number : 0;
}
