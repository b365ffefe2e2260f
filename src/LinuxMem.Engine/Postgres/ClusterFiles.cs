using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Postgres;

/// <summary>
/// Reads what the files of a cluster tell: found through the postmaster (it lives in its data directory), in its own mounts, and each
/// only if it is an ordinary file that the postmaster's user could read (<see cref="OwnersFile"/>). No server is connected to.
/// </summary>
internal static class ClusterFiles
{
    private const int MaxVersion = 16, MaxLock = 8192, MaxArguments = 1 << 16;

    /// <summary>The most files of dynamic shared memory that are looked at.</summary>
    private const int MaxSegments = 4096;

    /// <summary>How far the times of start that the lock file and the kernel tell may differ.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    /// <summary>The kernel tells the time of boot, from which times of start are counted, in whole seconds.</summary>
    private static readonly TimeSpan BootTimeRounding = TimeSpan.FromSeconds(2);

    /// <summary>Reads them. Called where it can be left behind (<see cref="ProcessInquiry"/>).</summary>
    /// <param name="root">The machine.</param>
    /// <param name="postmaster">The postmaster.</param>
    /// <returns>What is known; null for a process that turns out to be no postmaster.</returns>
    public static ClusterFacts? Read(Machine root, MemProcess postmaster)
    {
        Span<byte> path = stackalloc byte[64];
        using MachineFolder place = root.OpenPlace(Machine.ProcessPath(path, postmaster.Id, default));
        if (!place.IsOpen)
        {
            return null;
        }

        byte[] target = new byte[4096];
        int n = place.ReadLink("cwd\0"u8, target);
        string? directory = n > 0 ? BoundedText.Name(SurrogateEscape.Decode(target.AsSpan(0, n))) : null;
        var facts = new ClusterFacts { PostmasterId = postmaster.Id, DataDirectory = directory };
        using FileDescriptor data = root.OpenFolderOf(place, "cwd\0"u8);
        using FileDescriptor top = root.OpenFolderOf(place, "root\0"u8);
        if (!data.IsOpen || !top.IsOpen || postmaster.Uid is not long uid || postmaster.Gid is not long gid)
        {
            return facts with { Missing = [root.ProcessesEnd ? "its files may not be read by this user" : "there are no files of it here"] };
        }

        if (Statfs.IsFuse(data))
        {
            return facts with { Missing = ["its data directory lies on a FUSE file system, of which no file is read"] };
        }

        var files = new OwnersFile((uint)uid, (uint)gid);
        if (ReadVersion(files, data) is not string version)
        {
            return files.Refusal is null or "is not there" ? null : facts with { Missing = [$"'PG_VERSION' {files.Refusal}"] };
        }

        var settings = new ServerSettings(files, data, top);
        settings.Read(ReadArguments(root, postmaster));
        var missing = new List<string>(settings.Missing);
        bool isWhole = settings.IsWhole;
        if (files.Changed > new DateTimeOffset(postmaster.StartTime + BootTimeRounding).ToUnixTimeMilliseconds() * 1_000_000)
        {
            missing.Add("a file of settings was changed after the server had started: it may run with others");
        }

        return facts with
        {
            Version = version,
            Port = ReadPort(files, data, postmaster, missing) ?? SettingValue.Number(settings["port"]) ?? (isWhole ? 5432 : null),
            SharedBuffers = SettingValue.Size(Default(settings["shared_buffers"], "128MB", isWhole), 8192),
            WorkMem = SettingValue.Size(Default(settings["work_mem"], "4MB", isWhole), 1024),
            MaxConnections = SettingValue.Number(Default(settings["max_connections"], "100", isWhole)),
            HugePages = SettingValue.HugePages(Default(settings["huge_pages"], "try", isWhole)),
            SharedMemoryType = SettingValue.Word(Default(settings["shared_memory_type"], "mmap", isWhole), "mmap", "sysv"),
            ClusterName = Default(settings["cluster_name"], string.Empty, isWhole) is { Length: <= 64 } name ? name : null,
            DynamicFiles = CountDynamic(files, data, root),
            Missing = missing,
        };
    }

    private static string? Default(string? value, string otherwise, bool isKnown) => value ?? (isKnown ? otherwise : null);

    private static string? ReadVersion(OwnersFile files, FileDescriptor data)
    {
        byte[]? text = files.Read(data, "PG_VERSION", MaxVersion);
        string version = SurrogateEscape.Decode(text ?? []).Trim();
        return version.Length > 0 && version.All(c => char.IsAsciiDigit(c) || c == '.') ? version : null;
    }

    /// <summary>The port that the lock file tells, if it is of this postmaster.</summary>
    private static int? ReadPort(OwnersFile files, FileDescriptor data, MemProcess postmaster, List<string> missing)
    {
        byte[]? text = files.Read(data, "postmaster.pid", MaxLock);
        if (text is null)
        {
            missing.Add($"'postmaster.pid' {files.Refusal}");
            return null;
        }

        string[] lines = SurrogateEscape.Decode(text).Split('\n');
        if (lines.Length < 4)
        {
            return null;
        }

        // In a PID namespace of its own, it has another number there.
        bool isItsOwn = SettingValue.Number(lines[0]) == postmaster.Id
            || (long.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out long started) && started is > 0 and < 1L << 36
                && (DateTimeOffset.FromUnixTimeSeconds(started) - postmaster.StartTime).Duration() < Tolerance);
        return isItsOwn && SettingValue.Number(lines[3]) is int port and > 0 and < 65536 ? port : null;
    }

    private static IReadOnlyList<string> ReadArguments(Machine root, MemProcess postmaster)
    {
        Span<byte> path = stackalloc byte[64];
        byte[] line = new byte[MaxArguments];
        using OpenedFile file = root.Open(postmaster.AddressSpacePath(path, "/cmdline"u8));
        int n = ProcFile.ReadUpTo(file, line, 0);
        return n <= 0 ? [] : SurrogateEscape.Decode(line.AsSpan(0, n)).TrimEnd('\0').Split('\0');
    }

    /// <summary>Bytes in memory of the files of dynamic shared memory.</summary>
    private static long CountDynamic(OwnersFile files, FileDescriptor data, Machine root)
    {
        using FileDescriptor folder = files.OpenFolder(data, "pg_dynshmem");
        long pages = 0;
        foreach (byte[] name in folder.IsOpen ? Readdir.Names(folder, MaxSegments, out _) : [])
        {
            using FileDescriptor file = folder.OpenPlaceItself(name);
            if (file.IsOpen && Statx.ReadAccess(file, out FileAccessRights access) == 0 && access.IsOrdinary)
            {
                using FileDescriptor opened = file.Reopen();
                pages += opened.IsOpen && Cachestat.Count(opened, out ulong cached) == 0 ? (long)cached : 0;
            }
        }

        return pages * (long)root.PageSize;
    }
}
