using System.Runtime.InteropServices;

namespace LinuxMem.MethodOrder;

/// <summary>The calls that a debugger makes (ptrace(2), waitpid(2), posix_spawn(3)).</summary>
internal static unsafe partial class Ptrace
{
    public const int Continue = 7;
    public const int GetRegisters = 12;
    public const int SetRegisters = 13;
    public const int Seize = 0x4206;

    /// <summary>Stop at execve(2); trace new threads, too; end what is traced with the tracer.</summary>
    public const long Options = 0x10 | 0x08 | 0x100000;

    public const int EventExec = 4;
    public const int AllThreads = 0x40000000;
    public const int Stopped = 2;
    public const int SIGTRAP = 5;
    public const int SIGCONT = 18;

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    public static partial long Call(long request, int pid, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int Wait(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(out int pid, string path, nint actions, nint attributes, string?[] arguments, string?[] environment);
}
