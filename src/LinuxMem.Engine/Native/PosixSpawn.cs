using System.Globalization;
using System.Runtime.InteropServices;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Native;

/// <summary>
/// posix_spawn(3) of a program of the system's, with the rights of this process but nothing else of it: no
/// environment, no descriptors beside three, a session and a session keyring of its own, no signal blocked or ignored.
/// </summary>
/// <remarks>
/// Descriptors, keyring and ambient capabilities are taken away from the thread that calls posix_spawn, of which the
/// child is a copy. That thread is made for one child, ends after, and never comes to a pool.
/// </remarks>
internal static unsafe partial class PosixSpawn
{
    private const int CLONE_FILES = 0x400;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;
    private const nint SYS_close_range = 436;
    private const int CLOSE_RANGE_CLOEXEC = 4;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private const short POSIX_SPAWN_SETSIGDEF = 4;
    private const short POSIX_SPAWN_SETSIGMASK = 8;
    private const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>More than the opaque structures take on any libc (336, 80 and 128 bytes).</summary>
    private const int StructureSize = 1024;

    /// <summary>Starts a program, as the leader of a session of its own.</summary>
    /// <param name="path">The program file; one that no other user can hold up or change.</param>
    /// <param name="arguments">Its arguments, the first of them its name.</param>
    /// <param name="streams">What becomes its descriptors 0, 1 and 2; it gets no others.</param>
    public static SpawnResult Start(byte[] path, IReadOnlyList<byte[]> arguments, (FileDescriptor Input, FileDescriptor Output, FileDescriptor Error) streams)
    {
        if (WorkThread<SpawnResult>.TryStart("LinuxMem spawn", () => StartHere(path, arguments, streams)) is not WorkThread<SpawnResult> thread)
        {
            return new SpawnResult(0, SpawnStep.Thread, Errno.EAGAIN);
        }

        try
        {
            return thread.Result();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException or EntryPointNotFoundException or DllNotFoundException)
        {
            return new SpawnResult(0, SpawnStep.Machine, e is EntryPointNotFoundException or DllNotFoundException ? Errno.ENOSYS : Errno.EMFILE);
        }
    }

    private static SpawnResult StartHere(byte[] path, IReadOnlyList<byte[]> arguments, (FileDescriptor Input, FileDescriptor Output, FileDescriptor Error) streams)
    {
        if (CloseAtExec() is int error and not 0)
        {
            return new SpawnResult(0, SpawnStep.Machine, error);
        }

        if (SessionKeyring.JoinNew() is int refused and not 0)
        {
            return new SpawnResult(0, SpawnStep.Keyring, refused);
        }

        // They would pass through the exec. Kernels before 4.3 have none (EINVAL).
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && Marshal.GetLastPInvokeError() is int kept and not Errno.EINVAL)
        {
            return new SpawnResult(0, SpawnStep.Capabilities, kept);
        }

        using var text = new NativeText();
        nint program = text.Add(path);
        nint argv = text.AddArray(arguments);
        nint envp = text.AddArray([]);
        nint attributes = text.Reserve(StructureSize);
        nint actions = text.Reserve(StructureSize);
        nint signals = text.Reserve(StructureSize);
        error = posix_spawnattr_init(attributes);
        if (error != 0)
        {
            return new SpawnResult(0, SpawnStep.Machine, error);
        }

        try
        {
            error = posix_spawn_file_actions_init(actions);
            if (error != 0)
            {
                return new SpawnResult(0, SpawnStep.Machine, error);
            }

            try
            {
                // No signal blocked, none ignored: .NET ignores SIGPIPE. The first failure is the result.
                error = posix_spawnattr_setsigmask(attributes, signals);
                new Span<byte>((void*)signals, 8).Fill(0xff);
                error = error != 0 ? error : posix_spawnattr_setsigdefault(attributes, signals);
                error = error != 0 ? error : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
                error = error != 0 ? error : posix_spawn_file_actions_adddup2(actions, streams.Input.Number, 0);
                error = error != 0 ? error : posix_spawn_file_actions_adddup2(actions, streams.Output.Number, 1);
                error = error != 0 ? error : posix_spawn_file_actions_adddup2(actions, streams.Error.Number, 2);
                int pid = 0;
                error = error != 0 ? error : posix_spawn(out pid, program, actions, attributes, argv, envp);
                return error == 0 ? new SpawnResult(pid, SpawnStep.None, 0) : new SpawnResult(0, SpawnStep.Machine, error);
            }
            finally
            {
                _ = posix_spawn_file_actions_destroy(actions);
            }
        }
        finally
        {
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>
    /// Gives this thread a table of descriptors of its own, and has all of them closed by the next exec: also those that
    /// other libraries opened to be inherited. Returns 0 or the error number.
    /// </summary>
    private static int CloseAtExec()
    {
        if (unshare(CLONE_FILES) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        if (syscall(SYS_close_range, 3, unchecked((nint)uint.MaxValue), CLOSE_RANGE_CLOEXEC) == 0)
        {
            return 0;
        }

        // Before Linux 5.11: one by one.
        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/thread-self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 2)
            {
                // The folder's own descriptor is closed on exec in any case.
                _ = fcntl(number, F_SETFD, FD_CLOEXEC);
            }
        }

        return 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint last, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc")]
    private static partial int posix_spawn(out int pid, nint path, nint actions, nint attributes, nint arguments, nint environment);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(nint attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(nint attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(nint attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(nint attributes, nint signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(nint attributes, nint signals);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(nint actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(nint actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(nint actions, int from, int to);

    /// <summary>Texts and arrays in memory that does not move, ended by NUL.</summary>
    private sealed class NativeText : IDisposable
    {
        private readonly List<nint> blocks = [];

        public nint Reserve(int size)
        {
            nint block = (nint)NativeMemory.AllocZeroed((nuint)size);
            blocks.Add(block);
            return block;
        }

        public nint Add(ReadOnlySpan<byte> text)
        {
            nint block = Reserve(text.Length + 1);
            text.CopyTo(new Span<byte>((void*)block, text.Length));
            return block;
        }

        public nint AddArray(IReadOnlyList<byte[]> texts)
        {
            nint block = Reserve((texts.Count + 1) * sizeof(nint));
            for (int i = 0; i < texts.Count; i++)
            {
                ((nint*)block)[i] = Add(texts[i]);
            }

            return block;
        }

        public void Dispose() => blocks.ForEach(block => NativeMemory.Free((void*)block));
    }
}

/// <summary>What could not be done.</summary>
internal enum SpawnStep
{
    /// <summary>All was done.</summary>
    None,

    /// <summary>The system refused something that every program needs.</summary>
    Machine,

    /// <summary>There are no more threads to be had.</summary>
    Thread,

    /// <summary>The session keyring could not be changed for an empty one.</summary>
    Keyring,

    /// <summary>The ambient capabilities could not be given up.</summary>
    Capabilities,
}

/// <summary>How a start came out.</summary>
/// <param name="Pid">The child.</param>
/// <param name="Failed">What could not be done.</param>
/// <param name="Error">Its error number.</param>
internal readonly record struct SpawnResult(int Pid, SpawnStep Failed, int Error);
