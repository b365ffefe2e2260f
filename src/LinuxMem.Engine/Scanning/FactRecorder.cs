using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>The small files of a process that a snapshot has beside its maps and pages, environments masked; of one process after another.</summary>
/// <param name="recording">What is written to.</param>
/// <param name="text">To read arguments with.</param>
internal sealed class FactRecorder(Recording recording, byte[] text) : IDisposable
{
    /// <summary>How often a living process is read again whose thread has ended meanwhile.</summary>
    public const int MaxAttempts = 20;

    /// <summary>A larger buffer, which a long environment has made, is not kept.</summary>
    private const int MaxBuffer = 1 << 20;

    private readonly Machine root = recording.Root;
    private readonly SpooledFile arguments = new(recording.Folder, text);
    private readonly List<(string Name, byte[] Bytes)> files = [];
    private readonly List<(string Name, int Error)> missing = [];
    private byte[] buffer = new byte[1 << 14];
    private string? argumentsName;

    /// <summary>Reads the small files of a process, of which an empty one is there, too; false when it has ended meanwhile.</summary>
    public bool TryRead(MemProcess process)
    {
        for (int i = 0; i < MaxAttempts; i++)
        {
            files.Clear();
            missing.Clear();
            ReadFacts(process);
            if (process.IsStillThere() && !missing.Exists(file => Errno.IsGone(file.Error)) && HasThreadStat(process))
            {
                return true;
            }

            if (!process.FindAddressSpace())
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Writes what was read.</summary>
    public void WriteFiles()
    {
        files.ForEach(file => recording.Writer.Add(file.Name, file.Bytes));
        if (argumentsName is not null)
        {
            recording.Writer.Add(argumentsName, arguments.Content);
        }
    }

    /// <summary>Writes what could not be read.</summary>
    public void WriteRefused() => missing.ForEach(file => recording.Refused[file.Name] = file.Error);

    public void Dispose() => arguments.Dispose();

    /// <summary>
    /// True when the thread that the files were read through still had the address space after the last of them: those of an
    /// ending one are empty.
    /// </summary>
    private bool HasThreadStat(MemProcess process)
    {
        if (process.AddressSpaceThread == 0)
        {
            return true;
        }

        Span<byte> name = stackalloc byte[64];
        int n = root.ReadRecord(process.AddressSpacePath(name, "/stat"u8), ref buffer);
        if (n <= 0 || !StatFile.TryParse(buffer.AsSpan(0, n), out StatFile stat) || stat.VirtualSize == 0)
        {
            return false;
        }

        files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, "/stat"u8)), buffer[..n]));
        return true;
    }

    /// <summary>Copies the arguments; of more than 8 MiB the first.</summary>
    private void CopyArguments(ReadOnlySpan<byte> path)
    {
        using OpenedFile file = root.Open(path);
        int error = arguments.Take(file, recording.Cancellation, FileBounds.Texts);
        argumentsName = error is 0 or FileBounds.Exceeded ? SnapshotArchive.Text(path) : null;
        if (argumentsName is null)
        {
            missing.Add((SnapshotArchive.Text(path), error));
        }
    }

    private void ReadFacts(MemProcess process)
    {
        Span<byte> name = stackalloc byte[64];
        int pid = process.Id;
        Take(Machine.ProcessPath(name, pid, "/stat"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/stat"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/status"u8), root.ReadRecord(Machine.ProcessPath(name, pid, "/status"u8), ref buffer));
        Take(Machine.ProcessPath(name, pid, "/cgroup"u8), root.ReadWhole(Machine.ProcessPath(name, pid, "/cgroup"u8), ref buffer), isOptional: true);
        CopyArguments(process.AddressSpacePath(name, "/cmdline"u8));
        Take(process.AddressSpacePath(name, "/exe"u8), root.ReadLink(process.AddressSpacePath(name, "/exe"u8), buffer), isOptional: true);
        Take(process.AddressSpacePath(name, "/ns/ipc"u8), root.ReadLink(process.AddressSpacePath(name, "/ns/ipc"u8), buffer), isOptional: true);
        int n = ProcFile.ReadFront(root.Open(process.AddressSpacePath(name, "/environ"u8)), ref buffer, out bool isCut);
        if (n < 0)
        {
            Take(process.AddressSpacePath(name, "/environ"u8), n);
            return;
        }

        if (isCut)
        {
            // The last variable is not whole; what is behind it may be set.
            n = buffer.AsSpan(0, n).LastIndexOf((byte)0) + 1;
            files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, EnvironFile.CutName)), [0]));
        }

        (byte[] kept, byte[] masked) = EnvironmentMask.Divide(buffer.AsSpan(0, n), recording.Options.IncludeEnvironment);
        buffer = buffer.Length > MaxBuffer ? new byte[1 << 14] : buffer;
        files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, "/environ"u8)), kept));
        if (masked.Length > 0)
        {
            files.Add((SnapshotArchive.Text(process.AddressSpacePath(name, EnvironFile.MaskedName)), masked));
        }

        // Some processes have no program (of the kernel's own making), some kernels no control groups.
        void Take(ReadOnlySpan<byte> path, int result, bool isOptional = false)
        {
            if (result >= 0)
            {
                files.Add((SnapshotArchive.Text(path), buffer[..result]));
            }
            else if (!isOptional || !Errno.IsGone(-result))
            {
                missing.Add((SnapshotArchive.Text(path), -result));
            }
        }
    }
}
