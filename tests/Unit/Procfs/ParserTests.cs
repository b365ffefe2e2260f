using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Procfs;

[Beside(Company.Everybody)]
public class ParserTests
{
    [Fact]
    public void Limits_are_found_by_name_and_missing_ones_are_no_limits()
    {
        byte[] text = File.ReadAllBytes("/proc/self/limits");
        ResourceLimit[] limits = LimitsFile.Parse(text)!;

        Assert.Equal(16, limits.Length);
        string files = Encoding.ASCII.GetString(text).Split('\n').Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        Assert.Equal(files.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], limits[7].Soft.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains(limits, limit => limit == new ResourceLimit(ResourceLimit.None, ResourceLimit.None));
        Assert.Null(LimitsFile.Parse(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(text).Replace("Max nice priority", "Max other priority", StringComparison.Ordinal))));
        Assert.Null(LimitsFile.Parse(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(text).Replace("unlimited", "unlimite", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_limit_of_open_files_is_told_by_its_line_alone()
    {
        Assert.Equal(1024, LimitsFile.OpenFiles("Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files     \n"u8));
        Assert.Null(LimitsFile.OpenFiles("Max open files            unlimited            unlimited            files     \n"u8));
        Assert.Null(LimitsFile.OpenFiles("Max open filesystems 7 7\n"u8));
        Assert.Null(LimitsFile.OpenFiles(""u8));
    }

    [Fact]
    public void All_lines_of_meminfo_are_found_with_and_without_a_unit_and_also_of_a_node()
    {
        Dictionary<string, long> all = MeminfoFile.ParseAll("MemTotal: 5 kB\nHugePages_Total:  7\nNode 12 MemFree:   3 kB\nNode 0 HugePages_Free: 2\nMemTotal: 6 kB\nno line\nToo: 99999999999999999999 kB\nMany: 9223372036854775807 kB\n: 5\nNone:\nLast: 1"u8);

        Assert.Equal(new Dictionary<string, long> { ["MemTotal"] = 5120, ["HugePages_Total"] = 7, ["MemFree"] = 3072, ["HugePages_Free"] = 2, ["Last"] = 1 }, all);
        Assert.Equal(MeminfoFile.Parse(File.ReadAllBytes("/proc/meminfo"), "MemTotal"u8), MeminfoFile.ParseAll(File.ReadAllBytes("/proc/meminfo"))["MemTotal"]);
        Assert.Equal(512, MeminfoFile.ParseAll(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"L{i}: 1\n")))).Count);
    }

    [Fact]
    public void Lines_of_vmstat_are_a_name_and_a_number()
    {
        Assert.Equal(new Dictionary<string, long> { ["nr_zspages"] = 3, ["x"] = 0 }, VmstatFile.ParseAll("nr_zspages 3\nx 0\nnr_zspages 4\ny\nz -1\n 5\nw 18446744073709551615\n"u8));
        Assert.True(VmstatFile.ParseAll(File.ReadAllBytes("/proc/vmstat")).ContainsKey("nr_anon_pages"));
    }

    [Fact]
    public void Pages_that_processors_keep_are_added_up_by_node()
    {
        Assert.Equal(
            new Dictionary<int, long> { [0] = 12, [1] = 7 },
            ZoneinfoFile.ParseKept("Node 0, zone      DMA\n  pages free     3840\n    count: 99\n  pagesets\n    cpu: 0\n              count:    5\n              high:  9\n    cpu: 1\n              count: 7\nNode 1, zone   Normal\n      count: 3\n  pagesets\n    count: 7\n    count: x\n    count: 99999999999999999999\n"u8));
        Assert.Null(ZoneinfoFile.ParseKept("Node 0, zone DMA\n count: 5\n"u8));
        Assert.NotNull(ZoneinfoFile.ParseKept(File.ReadAllBytes("/proc/zoneinfo")));
    }

    [Theory]
    [InlineData("7f59e25a4000 default anon=5572 dirty=5572 active=0 N0=2048 N1=3524 kernelpagesize_kB=4", 0x7f59e25a4000UL, 5572 * 4096UL)]
    [InlineData("00400000 prefer:1 file=/a\\040N0=7 huge anon=3 N12=3 kernelpagesize_kB=2048", 0x400000UL, 3UL << 21)]
    [InlineData("00400000 default file=/bin/a mapmax=2 N0=6", 0x400000UL, 6 * 4096UL)]
    [InlineData("00400000 default NX=1 N=1 N0=x N1=18446744073709551615 N2=18446744073709551615", 0x400000UL, 1UL << 62)]
    [InlineData("7f59e73c4000 default file=/dev/zero\\040(deleted)", 0x7f59e73c4000UL, 0UL)]
    public void Pages_of_numa_maps_are_those_of_all_nodes(string line, ulong start, ulong resident)
    {
        Assert.True(NumaMapsLine.TryParse(Encoding.ASCII.GetBytes(line), 4096, out NumaMapsLine parsed));
        Assert.Equal(new NumaMapsLine(start, resident), parsed);
        Assert.False(NumaMapsLine.TryParse("N0=5 default"u8, 4096, out _));
    }

    [Fact]
    public void Numbers_of_sysfs_are_found_by_their_place()
    {
        Assert.Equal((7, 9, null, null), (SysfsFile.Number("7 8 9\n"u8, 0), SysfsFile.Number("7  8\t9\n"u8, 2), SysfsFile.Number("7 8\n"u8, 2), SysfsFile.Number("-7 x\n"u8, 0)));
        Assert.Equal((12, null, null), (NodesFolder.NumberOf("memory12", "memory"), NodesFolder.NumberOf("memory", "memory"), NodesFolder.NumberOf("node1", "memory")));
        Assert.Null(SysfsFile.Read("/sys/kernel/mm/there-is-no-such-file"));
    }

    [Fact]
    public void A_host_name_is_the_first_line_that_is_no_comment()
    {
        Assert.Equal("db1.example.org", HostnameFile.Parse("db1.example.org\n"u8));
        Assert.Equal("web", HostnameFile.Parse("# set by hand\n\n web \nother\n"u8));
        Assert.Equal("last", HostnameFile.Parse("last"u8));
        Assert.Null(HostnameFile.Parse("\n \n#\n"u8));
        Assert.Null(HostnameFile.Parse(Encoding.ASCII.GetBytes(new string('a', 256))));
        Assert.Equal(255, HostnameFile.Parse(Encoding.ASCII.GetBytes(new string('a', 255)))!.Length);
    }

    [Fact]
    public void The_release_of_a_kernel_is_its_third_word()
    {
        Assert.Equal("5.14.0-503.el9.x86_64", VersionFile.Release("Linux version 5.14.0-503.el9.x86_64 (mockbuild@x) #1 SMP\n"u8));
        Assert.Null(VersionFile.Release("Other version 1 x"u8));
        Assert.Null(VersionFile.Release("Linux version"u8));
        Assert.Null(VersionFile.Release(""u8));
    }

    [Fact]
    public void A_control_group_lists_a_process_by_its_whole_number()
    {
        Assert.True(Lists("1\n42\n7\n", 42));
        Assert.True(Lists("1\n42", 42));
        Assert.False(Lists("1\n423\n142\n", 42));
        Assert.False(Lists("", 42));

        static bool Lists(string text, int pid)
        {
            string path = Path.GetTempFileName();
            try
            {
                File.WriteAllText(path, text);
                return CgroupProcsFile.Lists(FileDescriptor.WorkingDirectory.Open([.. System.Text.Encoding.ASCII.GetBytes(path), 0]), pid);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    [Fact]
    public void All_control_groups_of_a_process_are_told()
    {
        Assert.Equal(
            [new CgroupPath("memory", "/a:b"), new CgroupPath("cpu,cpuacct", "/"), new CgroupPath("name=systemd", "/x"), new CgroupPath("", "/user.slice")],
            CgroupPath.Parse("4:memory:/a:b\n3:cpu,cpuacct:/\n1:name=systemd:/x\n0::/user.slice\n"u8)!);
        Assert.Null(CgroupPath.Parse("nothing\n"u8));
    }

    [Theory]
    [InlineData("42 (a) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 3 0 12345 4096000 77 1", "a", 3, 12345, 4096000, 77)]
    [InlineData("42 (a) b) (c) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 9 0 -3 1", "a) b) (c", 1, 9, 0, 0)]
    [InlineData("42 ((sd-pam)\n) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 9 1 0 1", "(sd-pam)\n", 1, 9, 1, 0)]
    [InlineData("42 () R 0 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 9 1 0", "", 1, 9, 1, 0)]
    public void Stat_finds_the_name_whatever_is_in_it(string text, string comm, int threads, ulong start, ulong size, ulong resident)
    {
        Assert.True(StatFile.TryParse(Encoding.UTF8.GetBytes(text), out StatFile stat));
        Assert.Equal(42, stat.Pid);
        Assert.Equal(comm, SurrogateEscape.Decode(stat.Comm));
        Assert.Equal(threads, stat.Threads);
        Assert.Equal(start, stat.StartTicks);
        Assert.Equal(size, stat.VirtualSize);
        Assert.Equal(resident, stat.ResidentPages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42 (a")]
    [InlineData("42 (a) S")]
    [InlineData("x (a) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 3 0 12345 4096000 77")]
    [InlineData("42 (a) S 1 42 42 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 3 0 12345")]
    [InlineData(")42 (a")]
    public void Stat_that_is_not_one_is_refused(string text) =>
        Assert.False(StatFile.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Stat_knows_kernel_threads()
    {
        Assert.True(StatFile.TryParse("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0"u8, out StatFile stat));
        Assert.True(stat.IsKernelThread);
    }

    [Fact]
    public void Status_takes_lines_in_any_order_and_without_some()
    {
        var status = StatusFile.Parse("VmPTE:\t     48 kB\nGid:\t5\t6\t7\t8\nName:\tx\nUid:\t1\t2\t3\t4\n"u8);
        Assert.Equal(1u, status.RealUid);
        Assert.Equal(2u, status.EffectiveUid);
        Assert.Equal(6u, status.EffectiveGid);
        Assert.Equal(48ul * 1024, status.PageTables);
        Assert.Null(StatusFile.Parse("Name:\tx\n"u8).EffectiveUid);
    }

    [Fact]
    public void Status_tells_the_credentials_whole()
    {
        ProcessCredentials? credentials = StatusFile.Parse("Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 4294967295 \nNoNewPrivs:\t1\nSeccomp:\t2\n"u8).Credentials;

        Assert.NotNull(credentials);
        Assert.Equal([1u, 2u, 3u, 4u], credentials.Uids);
        Assert.Equal([5u, 6u, 7u, 8u], credentials.Gids);
        Assert.Equal([9u, uint.MaxValue], credentials.Groups);
        Assert.True(credentials.NoNewPrivileges);
        Assert.Equal(2ul, credentials.Seccomp);
        Assert.False(credentials.HasOneUser);
        Assert.Equal(ProcessCredentials.Read(Machine.Open(), Environment.ProcessId), ProcessCredentials.Read(Machine.Open(), Environment.ProcessId));
        Assert.NotEqual(credentials, ProcessCredentials.Read(Machine.Open(), Environment.ProcessId));
    }

    [Theory]
    [InlineData("Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n", 1u, 2u, 6u)]
    [InlineData("Uid:\t1\t2\t3\nGid:\t5\t6\t7\t8\nGroups:\t\n", 1u, 2u, 6u)]
    [InlineData("Uid:\t1\t2\t3\t4\t5\nGid:\t5\t6\t7\t8\nGroups:\t\n", 1u, 2u, 6u)]
    [InlineData("Uid:\t1\t2\tx\t4\nGid:\t5\t6\t7\t8\nGroups:\t\n", 1u, 2u, 6u)]
    [InlineData("Uid:\t4294967296\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t\n", null, 2u, 6u)]
    [InlineData("Uid:\t1\t2\t3\t4\nGid:\t5\t-6\t7\t8\nGroups:\t\n", 1u, 2u, null)]
    [InlineData("Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t1 x\n", 1u, 2u, 6u)]
    [InlineData("Name:\tx\nGroups:\t\n", null, null, null)]
    public void Status_tells_single_ids_but_no_credentials_when_a_line_of_ids_is_spoiled(string text, uint? realUid, uint? effectiveUid, uint? effectiveGid)
    {
        var status = StatusFile.Parse(Encoding.UTF8.GetBytes(text));

        Assert.Null(status.Credentials);
        Assert.Equal((realUid, effectiveUid, effectiveGid), (status.RealUid, status.EffectiveUid, status.EffectiveGid));
    }

    [Fact]
    public void Environ_keeps_the_first_of_a_name_and_values_as_they_are()
    {
        using var copy = new Fixtures.ProcCopy();
        copy.Write("environ", "A=1\0B=x=y\nz\0A=2\0novalue\0=odd\0EMPTY=\0");
        Dictionary<string, string> variables = EnvironFile.Read(FileDescriptor.WorkingDirectory.Open(Encoding.UTF8.GetBytes($"{copy.Root}/environ\0")), 1, out int read);
        Assert.Equal(new FileInfo($"{copy.Root}/environ").Length, read);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "x=y\nz", ["EMPTY"] = "" }, variables);
    }

    [Theory]
    [InlineData("a\0b c\0\0", "a b c")]
    [InlineData("ora_pmon_DB1\0\0\0\0", "ora_pmon_DB1")]
    [InlineData("postgres: writer ", "postgres: writer ")]
    [InlineData("", "")]
    public void Cmdline_joins_arguments(string text, string expected) =>
        Assert.Equal(expected, CmdlineFile.Parse(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("0::/user.slice/a\n", "/user.slice/a")]
    [InlineData("9:memory:/m\n1:name=systemd:/system.slice/x.service\n0::/\n", "/system.slice/x.service")]
    [InlineData("9:cpu:/c\n8:memory:/m:with:colons\n", "/m:with:colons")]
    [InlineData("9:cpu:/\n0::/\n", "/")]
    [InlineData("garbage\n", null)]
    public void Cgroup_chooses_the_path_that_tells_most(string text, string? expected) =>
        Assert.Equal(expected, CgroupFile.Parse(Encoding.UTF8.GetBytes(text))?.Path);

    [Theory]
    [InlineData("7f41b21d7000-7f41b21db000 r--p 00000000 00:00 0                          [vvar]", false, 0, "[vvar]")]
    [InlineData("7f41b21d7000-7f41b21db000 rw-s 00000000 00:01 98305                      /SYSV00000000 (deleted)", true, 98305, "/SYSV00000000 (deleted)")]
    [InlineData("7f41b21d7000-7f41b21db000 rw-p 00000000 00:00 0 ", false, 0, "")]
    [InlineData("7f41b21d7000-7f41b21db000 r-xp 00000000 fe:00 332096 /tmp/a  b\\012c", false, 332096, "/tmp/a  b\\012c")]
    public void Maps_line(string line, bool shared, ulong inode, string path)
    {
        Assert.True(MapsLine.TryParse(Encoding.UTF8.GetBytes(line), out MapsLine mapping));
        Assert.Equal(0x7f41b21d7000ul, mapping.Start);
        Assert.Equal(0x7f41b21db000ul, mapping.End);
        Assert.Equal(shared, mapping.IsShared);
        Assert.Equal(inode, mapping.Inode);
        Assert.Equal(path, SurrogateEscape.Decode(mapping.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Rss:                   4 kB")]
    [InlineData("7f41b21d7000-7f41b21d7000 r--p 0 00:00 0")]
    [InlineData("7f41b21d7000-7f41b21db000")]
    [InlineData("7f41b21d7000-7f41b21db000 r--p 0 00:00")]
    [InlineData("AnonHugePages:         0 kB")]
    public void Maps_line_that_is_not_one_is_refused(string line) =>
        Assert.False(MapsLine.TryParse(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Iomem_takes_memory_at_any_depth()
    {
        var ranges = IomemFile.Parse("00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n  00002000-00003000 : Kernel code\n100000000-1ffffffff : CXL Window 0\n  100000000-1ffffffff : dax0.0\n    100000000-1ffffffff : System RAM (kmem)\n"u8);
        Assert.Equal([new(0x1000, 0x9fc00), new(0x100000000, 0x200000000)], ranges);
        Assert.Empty(IomemFile.Parse("00000000-00000000 : System RAM\n"u8));
    }

    [Fact]
    public void Sysvipc_columns_are_found_by_name()
    {
        List<SysvShmFile> segments = SysvShmFile.Parse(
            "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n -819740076    7831558  3640               2097152  4 5 2 6 7 8 9 1 2 3 4096 8192\n"u8);
        SysvShmFile segment = Assert.Single(segments);
        Assert.Equal((-819740076, 7831558ul, 2097152ul, 4096ul, 8192ul), (segment.Key, segment.ShmId, segment.Size, segment.Resident, segment.Swap));
        Assert.Equal((0x7a0u, 4, 5, 2L), (segment.Permissions, segment.CreatorPid, segment.LastPid, segment.Attached));
        Assert.Equal((6u, 7u, 8u, 9u, 1L, 2L, 3L), (segment.Uid, segment.Gid, segment.CreatorUid, segment.CreatorGid, segment.AttachTime, segment.DetachTime, segment.ChangeTime));
        Assert.Equal(7ul, Assert.Single(SysvShmFile.Parse("shmid rss\n7 4096\n"u8)).ShmId);
        Assert.Empty(SysvShmFile.Parse(""u8));
    }

    [Fact]
    public void Meminfo_lines_are_in_bytes()
    {
        Assert.Equal(2048, MeminfoFile.Parse("MemTotal: 9 kB\nMemAvailable:       2 kB\n"u8, "MemAvailable"u8));
        Assert.Null(MeminfoFile.Parse("MemTotal: 9 kB\n"u8, "MemAvailable"u8));
    }

    [Fact]
    public void Smaps_counts_what_page_tables_hold()
    {
        var sizes = default(SmapsFile);
        foreach (string line in new[] { "Rss:   8 kB", "Pss: 4 kB", "Shared_Hugetlb:  2048 kB", "Private_Hugetlb:  2048 kB", "Swap:  12 kB", "SwapPss: 1 kB", "VmFlags: rd" })
        {
            sizes.Add(Encoding.UTF8.GetBytes(line));
        }

        Assert.Equal((4096ul + 8) * 1024, sizes.Resident);
        Assert.Equal(12ul * 1024, sizes.Swap);
    }
}
