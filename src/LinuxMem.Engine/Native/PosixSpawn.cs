using System.Runtime.InteropServices;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Native;

/// <summary>
/// posix_spawn(3): starts a program that gets the rights of this process but nothing else of it: no environment, three
/// descriptors, a session and a session keyring of its own, no signal blocked or ignored.
/// </summary>
/// <remarks>
/// The child is a copy of the thread that calls posix_spawn: that thread gives up descriptors, keyring and ambient
/// capabilities. It is made for one child and ends after, so that no other work comes to it.
/// </remarks>
internal static partial class PosixSpawn
{
    private const short POSIX_SPAWN_SETSIGDEF = 4;
    private const short POSIX_SPAWN_SETSIGMASK = 8;
    private const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>More than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t take on any libc.</summary>
    [CName("sizeof(posix_spawnattr_t) > 1024 || sizeof(posix_spawn_file_actions_t) > 1024 || sizeof(sigset_t) > 1024 ? 0 : 1024")]
    private const int StructureSize = 1024;

    /// <summary>Starts a program, as the leader of a session of its own.</summary>
    /// <param name="path">The program file; one that no other user can lock or change.</param>
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
        if (CloseRange.CloseAtExec() is int error and not 0)
        {
            return new SpawnResult(0, SpawnStep.Machine, error);
        }

        if (SessionKeyring.JoinNew() is int refused and not 0)
        {
            return new SpawnResult(0, SpawnStep.Keyring, refused);
        }

        if (Prctl.ClearAmbientCapabilities() is int kept and not 0)
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
                // No signal blocked (the set is empty), none ignored (.NET ignores SIGPIPE). The first failure is the result.
                error = posix_spawnattr_setsigmask(attributes, signals);
                Marshal.WriteInt64(signals, -1);
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

    /// <summary>Memory for the calls that does not move, all zeros at first: of a text, its NUL stays.</summary>
    private sealed class NativeText : IDisposable
    {
        private readonly List<nint> blocks = [];

        public nint Reserve(int size)
        {
            nint block = Marshal.AllocHGlobal(size);
            blocks.Add(block);
            Marshal.Copy(new byte[size], 0, block, size);
            return block;
        }

        public nint Add(byte[] text)
        {
            nint block = Reserve(text.Length + 1);
            Marshal.Copy(text, 0, block, text.Length);
            return block;
        }

        public nint AddArray(IReadOnlyList<byte[]> texts)
        {
            nint block = Reserve((texts.Count + 1) * nint.Size);
            for (int i = 0; i < texts.Count; i++)
            {
                Marshal.WriteIntPtr(block, i * nint.Size, Add(texts[i]));
            }

            return block;
        }

        public void Dispose() => blocks.ForEach(Marshal.FreeHGlobal);
    }
}

/// <summary>The step of a start that failed.</summary>
internal enum SpawnStep
{
    /// <summary>None failed.</summary>
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
/// <param name="Failed">The step that failed.</param>
/// <param name="Error">Its error number.</param>
internal readonly record struct SpawnResult(int Pid, SpawnStep Failed, int Error);
