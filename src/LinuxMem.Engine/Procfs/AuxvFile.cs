using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// <c>/proc/PID/auxv</c> (proc_pid_auxv(5)), the auxiliary vector (getauxval(3)); of it, the ids that the program was
/// started with.
/// </summary>
/// <param name="RealUid">AT_UID.</param>
/// <param name="EffectiveUid">AT_EUID.</param>
/// <param name="RealGid">AT_GID.</param>
internal sealed record AuxvFile(ulong RealUid, ulong EffectiveUid, ulong RealGid)
{
    private const ulong AT_UID = 11;
    private const ulong AT_EUID = 12;
    private const ulong AT_GID = 13;

    /// <summary>Reads the file of a process; null where it cannot be read.</summary>
    public static AuxvFile? Read(ProcTree root, int pid)
    {
        Span<byte> name = stackalloc byte[64];
        byte[] buffer = new byte[1024];
        int n = root.ReadWhole(ProcTree.ProcessPath(name, pid, "/auxv"u8), ref buffer);
        return n > 0 ? Parse(buffer.AsSpan(0, n)) : null;
    }

    /// <summary>Parses pairs of machine words; null when an id is missing.</summary>
    public static AuxvFile? Parse(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ulong? uid = null;
        ulong? effective = null;
        ulong? gid = null;
        for (int i = 0; i + 1 < words.Length; i += 2)
        {
            switch (words[i])
            {
                case AT_UID:
                    uid = words[i + 1];
                    break;
                case AT_EUID:
                    effective = words[i + 1];
                    break;
                case AT_GID:
                    gid = words[i + 1];
                    break;
                default:
                    break;
            }
        }

        return uid is ulong u && effective is ulong e && gid is ulong g ? new AuxvFile(u, e, g) : null;
    }
}
