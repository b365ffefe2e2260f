using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// A thread that still has the address space of a process whose main thread has ended. Threads that live for
/// milliseconds can hand an address space on for ever, so whoever reads through one must be ready to look for the next.
/// </summary>
/// <param name="Id">The thread id; 0 when threads live, but each had ended before it could be looked at.</param>
/// <param name="VirtualSize">Size of the address space in bytes.</param>
/// <param name="ResidentPages">Resident pages by the kernel's counters.</param>
internal readonly record struct LivingThread(int Id, ulong VirtualSize, ulong ResidentPages)
{
    /// <summary>How often the threads are listed, when those listed end before they are looked at.</summary>
    private const int MaxListings = 5;

    /// <summary>Looks for a thread.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="pid">The process.</param>
    /// <param name="found">The thread.</param>
    /// <returns>False when no thread of the process has an address space any more: it has ended.</returns>
    public static bool TryFind(Machine root, int pid, out LivingThread found)
    {
        byte[] buffer = new byte[1024];
        bool isRestless = true;
        for (int i = 0; isRestless && i < MaxListings; i++)
        {
            isRestless = false;

            // The kernel lists them as they were started: the youngest is the likeliest to live on.
            List<int> threads = root.ThreadIds(pid);
            for (int at = threads.Count - 1; at >= 0; at--)
            {
                if (TryRead(root, pid, threads[at], ref buffer, out found, out bool hasEnded) && found.VirtualSize > 0)
                {
                    return true;
                }

                isRestless |= hasEnded;
            }
        }

        found = default;
        return isRestless;
    }

    private static bool TryRead(Machine root, int pid, int thread, ref byte[] buffer, out LivingThread read, out bool hasEnded)
    {
        Span<byte> name = stackalloc byte[64];
        int length = Machine.ProcessPath(name, pid, "/task/"u8).Length - 1;
        int tail = Machine.ProcessPath(name[length..], thread, "/stat"u8).Length;
        int n = root.ReadRecord(name[..(length + tail)], ref buffer);
        hasEnded = root.ProcessesEnd && n <= 0;
        read = default;
        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat))
        {
            return false;
        }

        read = new LivingThread(thread, stat.VirtualSize, stat.ResidentPages);
        return true;
    }
}
