using System.Globalization;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>
/// posix_spawn(3) with the rights of another user: the ids are changed on a thread made for one child, with the
/// system calls themselves, which change the calling thread alone. (The functions of libc change all threads.)
/// </summary>
/// <remarks>
/// The child is a copy of that thread: its ids, its directory, its descriptors. The thread ends after, and
/// never comes to a pool. Once it has the other ids it runs nothing but the few calls in <see cref="SpawnAs"/>,
/// through addresses found before: a function looked up only then would be looked up with the other rights.
/// </remarks>
internal static unsafe class PosixSpawn
{
    private const int CLONE_FS = 0x200;
    private const int CLONE_FILES = 0x400;
    private const int F_SETFD = 2;
    private const int FD_CLOEXEC = 1;
    private const int PR_SET_DUMPABLE = 4;
    private const int PR_CAP_AMBIENT = 47;
    private const int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private const short POSIX_SPAWN_SETSIGDEF = 4;
    private const short POSIX_SPAWN_SETSIGMASK = 8;
    private const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>More than the opaque structures take on any libc (336, 80 and 128 bytes).</summary>
    private const int StructureSize = 1024;

    /// <summary>Starts a program, as the leader of a session of its own, in the root directory.</summary>
    /// <param name="path">The program file.</param>
    /// <param name="arguments">Its arguments, the first of them its name.</param>
    /// <param name="environment">Its whole environment, as <c>NAME=value</c>.</param>
    /// <param name="streams">What becomes its descriptors 0, 1 and 2; it gets no others.</param>
    /// <param name="user">Whose rights it has; null for those of the calling process.</param>
    public static SpawnResult Start(byte[] path, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment, (Descriptor Input, Descriptor Output, Descriptor Error) streams, SpawnUser? user)
    {
        SpawnResult result = default;
        var thread = new Thread(() => result = StartHere(path, arguments, environment, streams, user));
        thread.Start();
        thread.Join();
        return result;
    }

    private static SpawnResult StartHere(byte[] path, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment, (Descriptor Input, Descriptor Output, Descriptor Error) streams, SpawnUser? user)
    {
        if (Functions.OfLibc is not Functions libc || !IdNumbers.TryOfThisMachine(out IdNumbers ids))
        {
            return new SpawnResult(0, SpawnStep.Machine, Errno.ENOSYS);
        }

        // From here on the thread has its directory and its table of descriptors to itself, so what it does to
        // them is seen by the child only. What other libraries opened to be inherited is closed by the exec.
        if (libc.Unshare(CLONE_FS | CLONE_FILES) != 0)
        {
            return new SpawnResult(0, SpawnStep.Machine, Marshal.GetLastSystemError());
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/thread-self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                _ = libc.Fcntl(number, F_SETFD, FD_CLOEXEC);
            }
        }

        using var text = new NativeText();
        nint program = text.Add(path);
        nint argv = text.AddArray(arguments);
        nint envp = text.AddArray(environment);
        nint root = text.Add("/"u8);
        nint attributes = text.Reserve(StructureSize);
        nint actions = text.Reserve(StructureSize);
        nint signals = text.Reserve(StructureSize);
        nint groups = text.AddIds(user?.Groups ?? []);

        // No signal blocked, none ignored: .NET ignores SIGPIPE.
        _ = libc.AttributesInit(attributes);
        _ = libc.SetMask(attributes, signals);
        new Span<byte>((void*)signals, 8).Fill(0xff);
        _ = libc.SetDefault(attributes, signals);
        _ = libc.SetFlags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        _ = libc.ActionsInit(actions);
        _ = libc.AddDuplicate(actions, streams.Input.Number, 0);
        _ = libc.AddDuplicate(actions, streams.Output.Number, 1);
        _ = libc.AddDuplicate(actions, streams.Error.Number, 2);
        try
        {
            return SpawnAs(libc, ids, user, groups, root, program, argv, envp, attributes, actions);
        }
        finally
        {
            _ = libc.ActionsDestroy(actions);
            _ = libc.AttributesDestroy(attributes);
        }
    }

    /// <summary>Takes the other rights on, for good, and starts the program.</summary>
    private static SpawnResult SpawnAs(Functions libc, IdNumbers ids, SpawnUser? user, nint groups, nint root, nint program, nint argv, nint envp, nint attributes, nint actions)
    {
        if (libc.ChangeDirectory(root) != 0)
        {
            return new SpawnResult(0, SpawnStep.Machine, Marshal.GetLastSystemError());
        }

        // Ambient capabilities would pass through the exec. Kernels before 4.3 have none.
        _ = libc.Prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        if (user is not null)
        {
            if (user.Uid is 0 or uint.MaxValue || user.Gid == uint.MaxValue)
            {
                return new SpawnResult(0, SpawnStep.Rights, Errno.EPERM);
            }

            // Other threads share the memory with this one: whoever has these ids must not be let in to it by
            // ptrace(2). The kernel sees to that at a change of ids unless suid_dumpable is 1. It is not undone:
            // the thread may still be on its way out when this is over.
            nint gid = (nint)user.Gid;
            nint uid = (nint)user.Uid;
            if (libc.Prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
                || libc.SystemCall(ids.SetGroups, user.Groups.Count, groups, 0) != 0
                || libc.SystemCall(ids.SetResGid, gid, gid, gid) != 0
                || libc.SystemCall(ids.SetResUid, uid, uid, uid) != 0)
            {
                return new SpawnResult(0, SpawnStep.Rights, Marshal.GetLastSystemError());
            }

            // No way back may be left (securebits can leave CAP_SETUID).
            if (libc.Prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || libc.SystemCall(ids.SetResUid, 0, 0, 0) == 0)
            {
                return new SpawnResult(0, SpawnStep.Rights, Errno.EPERM);
            }
        }

        // PR_SET_NO_NEW_PRIVS stays off: a bequeath connection starts $ORACLE_HOME/bin/oracle, which is set-id.
        int pid = 0;
        int error = libc.Spawn(&pid, program, actions, attributes, argv, envp);
        return error == 0 ? new SpawnResult(pid, SpawnStep.None, 0) : new SpawnResult(0, SpawnStep.Program, error);
    }

    /// <summary>The addresses of the functions.</summary>
    private sealed class Functions
    {
        public readonly delegate* unmanaged<nint, nint, nint, nint, nint> SystemCall = (delegate* unmanaged<nint, nint, nint, nint, nint>)Find("syscall");
        public readonly delegate* unmanaged<int, int> Unshare = (delegate* unmanaged<int, int>)Find("unshare");
        public readonly delegate* unmanaged<int, int, nint, int> Fcntl = (delegate* unmanaged<int, int, nint, int>)Find("fcntl");
        public readonly delegate* unmanaged<nint, int> ChangeDirectory = (delegate* unmanaged<nint, int>)Find("chdir");
        public readonly delegate* unmanaged<int, nint, nint, nint, nint, int> Prctl = (delegate* unmanaged<int, nint, nint, nint, nint, int>)Find("prctl");
        public readonly delegate* unmanaged<int*, nint, nint, nint, nint, nint, int> Spawn = (delegate* unmanaged<int*, nint, nint, nint, nint, nint, int>)Find("posix_spawn");
        public readonly delegate* unmanaged<nint, int> AttributesInit = (delegate* unmanaged<nint, int>)Find("posix_spawnattr_init");
        public readonly delegate* unmanaged<nint, int> AttributesDestroy = (delegate* unmanaged<nint, int>)Find("posix_spawnattr_destroy");
        public readonly delegate* unmanaged<nint, short, int> SetFlags = (delegate* unmanaged<nint, short, int>)Find("posix_spawnattr_setflags");
        public readonly delegate* unmanaged<nint, nint, int> SetMask = (delegate* unmanaged<nint, nint, int>)Find("posix_spawnattr_setsigmask");
        public readonly delegate* unmanaged<nint, nint, int> SetDefault = (delegate* unmanaged<nint, nint, int>)Find("posix_spawnattr_setsigdefault");
        public readonly delegate* unmanaged<nint, int> ActionsInit = (delegate* unmanaged<nint, int>)Find("posix_spawn_file_actions_init");
        public readonly delegate* unmanaged<nint, int> ActionsDestroy = (delegate* unmanaged<nint, int>)Find("posix_spawn_file_actions_destroy");
        public readonly delegate* unmanaged<nint, int, int, int> AddDuplicate = (delegate* unmanaged<nint, int, int, int>)Find("posix_spawn_file_actions_adddup2");

        /// <summary>Null where one of them is missing.</summary>
        public static Functions? OfLibc { get; } = Load();

        private static Functions? Load()
        {
            try
            {
                return new Functions();
            }
            catch (EntryPointNotFoundException)
            {
                return null;
            }
        }

        private static nint Find(string name) => NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), name);
    }

    /// <summary>The numbers of the system calls, which are not the same on all machines (syscalls(2)).</summary>
    private readonly record struct IdNumbers(nint SetGroups, nint SetResUid, nint SetResGid)
    {
        public static bool TryOfThisMachine(out IdNumbers numbers)
        {
            numbers = RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => new(116, 117, 119),
                Architecture.Arm64 or Architecture.LoongArch64 or (Architecture)9 /* riscv64 */ => new(159, 147, 149),
                Architecture.S390x => new(206, 208, 210),
                Architecture.Ppc64le => new(81, 164, 169),
                _ => default,
            };
            return numbers != default;
        }
    }

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

        public nint AddIds(IReadOnlyList<uint> ids)
        {
            nint block = Reserve((ids.Count + 1) * sizeof(uint));
            for (int i = 0; i < ids.Count; i++)
            {
                ((uint*)block)[i] = ids[i];
            }

            return block;
        }

        public void Dispose() => blocks.ForEach(block => NativeMemory.Free((void*)block));
    }
}

/// <summary>Whose rights a child gets.</summary>
/// <param name="Uid">Real, effective and saved user id; never 0.</param>
/// <param name="Gid">Real, effective and saved group id.</param>
/// <param name="Groups">The supplementary groups.</param>
internal sealed record SpawnUser(uint Uid, uint Gid, IReadOnlyList<uint> Groups);

/// <summary>What could not be done.</summary>
internal enum SpawnStep
{
    /// <summary>All was done.</summary>
    None,

    /// <summary>This machine lacks something.</summary>
    Machine,

    /// <summary>The rights could not be changed.</summary>
    Rights,

    /// <summary>The program could not be started.</summary>
    Program,
}

/// <summary>How a start came out.</summary>
/// <param name="Pid">The child.</param>
/// <param name="Failed">What could not be done.</param>
/// <param name="Error">Its error number.</param>
internal readonly record struct SpawnResult(int Pid, SpawnStep Failed, int Error);
