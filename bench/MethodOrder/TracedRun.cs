using System.Globalization;
using System.Runtime.InteropServices;

namespace LinuxMem.MethodOrder;

/// <summary>One run of a program, with a breakpoint on each of its methods that is taken away when it is first met.</summary>
internal sealed unsafe class TracedRun
{
    /// <summary>The instruction <c>int3</c>.</summary>
    private const byte Breakpoint = 0xCC;

    /// <summary>The registers of x86-64, and the place of the instruction pointer among them.</summary>
    private const int Registers = 27;
    private const int InstructionPointer = 16;

    private readonly ILookup<ulong, string> methods;
    private readonly Dictionary<ulong, byte> replaced = [];
    private readonly HashSet<ulong> met = [];
    private readonly List<string> order = [];
    private readonly int pid;
    private FileStream? memory;
    private ulong start;

    private TracedRun(string program, string[] arguments, ILookup<ulong, string> methods)
    {
        this.methods = methods;

        // It waits until it is traced; its own output is of no interest.
        string?[] command = ["sh", "-c", "kill -STOP $$; exec \"$0\" \"$@\" > /dev/null 2>&1", program, .. arguments, null];
        int error = Ptrace.Spawn(out pid, "/bin/sh", 0, 0, command, ["HOME=/", "PATH=/usr/bin:/bin", null]);
        if (error != 0)
        {
            throw new InvalidOperationException($"{program} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    /// <summary>The names of the methods that a run of the program meets, in the order in which it first does.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="methods">Its methods.</param>
    /// <exception cref="InvalidOperationException">It cannot be run or traced, or fails.</exception>
    /// <exception cref="PlatformNotSupportedException">This processor has other breakpoints.</exception>
    public static IReadOnlyList<string> Of(string program, string[] arguments, ILookup<ulong, string> methods)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new PlatformNotSupportedException("The order of methods is found on x86-64; what is found there serves other processors, too.");
        }

        var run = new TracedRun(program, arguments, methods);
        run.Follow();
        return run.order;
    }

    private void Follow()
    {
        Ptrace.Wait(pid, out _, Ptrace.Stopped);
        if (Ptrace.Call(Ptrace.Seize, pid, 0, (nint)Ptrace.Options) != 0)
        {
            throw new InvalidOperationException($"Process {pid} cannot be traced: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        Ptrace.Kill(pid, Ptrace.SIGCONT);
        for (int thread = Ptrace.Wait(-1, out int status, Ptrace.AllThreads); thread > 0; thread = Ptrace.Wait(-1, out status, Ptrace.AllThreads))
        {
            // Stopped, and not ended.
            if ((status & 0xFF) == 0x7F)
            {
                Ptrace.Call(Ptrace.Continue, thread, 0, SignalAfter(thread, (status >> 8) & 0xFF, status >> 16));
            }
            else if (thread == pid)
            {
                memory?.Dispose();
                if (status != 0)
                {
                    throw new InvalidOperationException($"The program ended with the status {status}.");
                }

                return;
            }
        }
    }

    /// <summary>Deals with a stop; returns the signal that the thread is to have.</summary>
    private int SignalAfter(int thread, int signal, int happened)
    {
        if (happened == Ptrace.EventExec)
        {
            SetBreakpoints();
        }
        else if (happened == 0 && signal == Ptrace.SIGTRAP)
        {
            Meet(thread);
        }

        return happened != 0 || signal == Ptrace.SIGTRAP ? 0 : signal;
    }

    private void SetBreakpoints()
    {
        string first = File.ReadLines($"/proc/{pid}/maps").First();
        start = ulong.Parse(first.AsSpan(0, first.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        memory = new FileStream($"/proc/{pid}/mem", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        foreach (ulong method in methods.Select(names => names.Key))
        {
            memory.Position = (long)(start + method);
            replaced[method] = (byte)memory.ReadByte();
            Write(method, Breakpoint);
        }
    }

    private void Meet(int thread)
    {
        ulong* registers = stackalloc ulong[Registers];
        Ptrace.Call(Ptrace.GetRegisters, thread, 0, (nint)registers);
        ulong method = registers[InstructionPointer] - 1 - start;
        if (!replaced.TryGetValue(method, out byte code))
        {
            return;
        }

        // Another thread may have come here before the breakpoint was gone.
        if (met.Add(method))
        {
            Write(method, code);
            order.AddRange(methods[method]);
        }

        registers[InstructionPointer]--;
        Ptrace.Call(Ptrace.SetRegisters, thread, 0, (nint)registers);
    }

    private void Write(ulong method, byte code)
    {
        memory!.Position = (long)(start + method);
        memory.WriteByte(code);
    }
}
