using System.Buffers.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;

namespace LinuxMem.Engine.Shm;

/// <summary>IPC namespaces, as the links <c>/proc/PID/ns/ipc</c> name them (namespaces(7)).</summary>
internal static class IpcNamespace
{
    /// <summary>
    /// The number of a process's namespace, with 0 for the engine's own; also 0 where the link cannot be read
    /// (a copy of a /proc tree, a kernel without namespaces).
    /// </summary>
    public static ulong Of(Descriptor process)
    {
        ulong number = Read(process, "ns/ipc\0"u8);
        return number == Own ? 0 : number;
    }

    /// <summary>
    /// Reads the segments of the namespace that a process lives in. It enters the namespace on a thread made
    /// for that and ended after, so no other thread sees a change.
    /// </summary>
    /// <returns>The segments; null when the process is gone or the kernel refuses.</returns>
    public static List<SysvShmFile>? ReadSegments(ProcRoot root, int pid)
    {
        List<SysvShmFile>? segments = null;
        var visitor = new Thread(() =>
        {
            Span<byte> name = stackalloc byte[32];
            using Descriptor link = root.Open(ProcRoot.ProcessPath(name, pid, "/ns/ipc"u8));
            if (link.IsOpen && SetNamespace.EnterIpc(link) == 0)
            {
                segments = SysvShmFile.Read(root);
            }
        });
        visitor.Start();
        visitor.Join();
        return segments;
    }

    private static ulong Own { get; } = Read(Descriptor.WorkingDirectory, "/proc/self/ns/ipc\0"u8);

    private static ulong Read(Descriptor directory, ReadOnlySpan<byte> name)
    {
        // ipc:[4026531839]
        Span<byte> buffer = stackalloc byte[64];
        int n = directory.ReadLink(name, buffer);
        return n > 6 && Utf8Parser.TryParse(buffer[5..n], out ulong number, out _) ? number : 0;
    }
}
