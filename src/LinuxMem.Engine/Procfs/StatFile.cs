namespace LinuxMem.Engine.Procfs;

/// <summary>The fields of <c>/proc/PID/stat</c> (proc_pid_stat(5)) that the engine uses.</summary>
internal ref struct StatFile
{
    private const uint PF_FORKNOEXEC = 0x00000040;
    private const uint PF_KTHREAD = 0x00200000;

    /// <summary>A cap above the number of pages in any address space.</summary>
    private const long MaxPages = 1L << 54;

    public int Pid;

    /// <summary>The command name: at most 15 bytes, any but NUL.</summary>
    public ReadOnlySpan<byte> Comm;

    public char State;
    public int ParentPid;

    /// <summary>The session id.</summary>
    public int Session;

    public uint Flags;
    public int Threads;

    /// <summary>The start time in clock ticks (1/100 s) since boot.</summary>
    public ulong StartTicks;

    /// <summary>Size of the address space in bytes; 0 for a process that has none (kernel threads, zombies).</summary>
    public ulong VirtualSize;

    /// <summary>Resident pages by the kernel's counters, which are approximate.</summary>
    public ulong ResidentPages;

    /// <summary>False for a process that has not called execve(2) since it was forked.</summary>
    public readonly bool HasExecuted => (Flags & PF_FORKNOEXEC) == 0;

    public readonly bool IsKernelThread => (Flags & PF_KTHREAD) != 0;

    /// <summary>Parses the text of the file; false when it is malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out StatFile stat)
    {
        stat = default;

        // comm may contain spaces and parentheses: it ends at the last closing one.
        int open = text.IndexOf((byte)'(');
        int close = text.LastIndexOf((byte)')');
        if (open < 2 || close < open)
        {
            return false;
        }

        var head = new FieldReader(text[..open]);
        var fields = new FieldReader(text[(close + 1)..]);
        if (!head.TryNumber(out ulong pid) || pid > int.MaxValue)
        {
            return false;
        }

        stat.Pid = (int)pid;
        stat.Comm = text[(open + 1)..close];
        ReadOnlySpan<byte> state = fields.Next();
        if (state.Length != 1 || !fields.TrySigned(out long parent) || parent is < int.MinValue or > int.MaxValue)
        {
            return false;
        }

        stat.State = (char)state[0];
        stat.ParentPid = (int)parent;
        fields.Skip(1);
        if (!fields.TrySigned(out long session))
        {
            return false;
        }

        stat.Session = (int)Math.Clamp(session, 0, int.MaxValue);
        fields.Skip(2);
        if (!fields.TryNumber(out ulong flags))
        {
            return false;
        }

        stat.Flags = (uint)flags;
        fields.Skip(10);
        if (!fields.TrySigned(out long threads))
        {
            return false;
        }

        stat.Threads = (int)Math.Clamp(threads, 0, int.MaxValue);
        fields.Skip(1);
        if (!fields.TryNumber(out stat.StartTicks) || !fields.TryNumber(out stat.VirtualSize))
        {
            return false;
        }

        // rss is signed: the kernel's counters may briefly be negative.
        stat.ResidentPages = fields.TrySigned(out long resident) ? (ulong)Math.Clamp(resident, 0, MaxPages) : 0;
        return true;
    }
}
