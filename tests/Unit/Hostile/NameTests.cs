using System.Text;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Names, arguments, variables, files and control groups of any bytes: they are kept, and forge nothing.</summary>
[Beside(Company.Sessions)]
public class NameTests(StagingGround ground) : StagedTests(ground)
{
    /// <summary>A carriage return, a colour, bytes that are no UTF-8, what ends a name in stat, a line break, a line of another file.</summary>
    public static TheoryData<byte[]> Bytes { get; } = new(
        "a\r\u001b[31mb"u8.ToArray(),
        [0xff, 0xfe, (byte)'x', 0xc3, 0x28, 0xed, 0xb2, 0x80],
        ") R 0 0 (\n1 (x"u8.ToArray(),
        "\nUid:\t0\t0\t0"u8.ToArray(),
        "x (deleted)"u8.ToArray(),
        "0-ff rw-p 0 0:0"u8.ToArray(),
        "\u202e\u0301é😀"u8.ToArray());

    [Theory]
    [MemberData(nameof(Bytes))]
    public void A_process_keeps_its_name_and_its_figures(byte[] name)
    {
        using Workload workload = Ground.StartHostile($"names {Hex(name)} - {Hex(name)} {Hex([.. "N="u8, .. name])}");

        Hold.Check(workload.Pid);
        MemProcess process = Hold.Measure(workload.Pid);

        Assert.Equal(name.Take(15), SurrogateEscape.Encode(process.Comm));
        Assert.Equal(0, process.Uid);
        Assert.Equal(Environment.ProcessId, new ParentOf(workload.GuardPid).Pid);
        Assert.Equal(workload.GuardPid, process.ParentId);
    }

    [Theory]
    [MemberData(nameof(Bytes))]
    public void Arguments_and_variables_come_back_byte_for_byte(byte[] text)
    {
        using Workload workload = Ground.StartHostile($"names 78 - {Hex(text)},,{Hex(text)} {Hex([.. "N="u8, .. text])},{Hex(text)},{Hex([.. "N="u8])},{Hex([.. text.Where(b => b != '='), .. "=v"u8])}");

        MemProcess process = Hold.Measure(workload.Pid);

        Assert.Equal([.. text, .. "  "u8, .. text], SurrogateEscape.Encode(process.CommandLine!));
        Assert.Equal(text, SurrogateEscape.Encode(process.Environment["N"]));
        Assert.Equal("v", process.Environment[SurrogateEscape.Decode([.. text.Where(b => b != '=')])]);
        MemGroup group = Assert.Single(ExactComparison.Scan([workload.Pid], [new Grouping(new EnvironmentSplit("N"), _ => null)]).Reports[0].Groups);
        Assert.Equal(text, SurrogateEscape.Encode((string)group.Key!));
        ProcessFilter filter = FilterParser.Parse($"env_kv(N,{TextPattern.Literal(SurrogateEscape.Decode(text))})");
        Assert.True(filter.Matches(process, ProcessTable.List(Machine.Open()).Tree));
    }

    [Theory]
    [MemberData(nameof(Bytes))]
    public void A_program_file_of_any_name_is_named_so_also_when_it_has_been_removed(byte[] name)
    {
        Ground.Require();
        byte[] path = [.. Encoding.UTF8.GetBytes(Ground.NewName("exe")), .. name.Where(b => b != '/')];
        using Workload workload = Ground.StartHostile($"names 78 {Hex(path)} 78 {Hex("A=1"u8)}");

        MemProcess process = Hold.Measure(workload.Pid);

        Assert.Equal([.. path, .. " (deleted)"u8], SurrogateEscape.Encode(process.Exe!));
        Hold.Check(workload.Pid);
    }

    [Fact]
    public void Mapped_files_of_any_name_count_as_what_they_are()
    {
        Ground.Require();
        string[] names = ["a\nb", "0-7ffffffff000 rw-p 00000000 00:00 0 [vvar]", "x\n0-7ffffffff000 rw-p 00000000 00:00 0 [vsyscall]", " ", "[heap]", "SYSV00000000 (deleted)", "\u001b[31m", "kept (deleted)", "Rss:  4 kB\nSwap: 9999 kB"];
        byte[] folder = Encoding.UTF8.GetBytes(Directory.CreateDirectory(Ground.NewName("files")).FullName + "/");
        var paths = names.Select(name => Hex([.. folder, .. Encoding.UTF8.GetBytes(name)])).Append("-" + Hex([.. folder, 0xff, 0x80, (byte)'\n'])).ToList();
        paths.AddRange(names.Select(name => "-" + Hex([.. folder, .. Encoding.UTF8.GetBytes("removed " + name)])));
        using Workload workload = Ground.StartHostile($"files {string.Join(' ', paths)}");

        ProcessPages pages = Hold.Check(workload.Pid)[0];

        Assert.Equal(paths.Count, workload.Mappings.Count);
        Assert.Empty(pages.Segments);
    }

    [Theory]
    [InlineData("a b\\040:c::d")]
    [InlineData("x (deleted)")]
    [InlineData("\u001b[31m\r\u202e")]
    [InlineData("é😀.service")]
    public void A_control_group_of_any_name_is_named_so(string name)
    {
        byte[] path = [.. Encoding.UTF8.GetBytes(ControlGroups.Unified()), (byte)'/', .. Encoding.UTF8.GetBytes(name), 0xff];
        using Workload workload = Ground.StartHostile($"cgroup {Hex(path)} 10");

        Assert.EndsWith("/" + name + "\udcff", Hold.Measure(workload.Pid).Cgroup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2 << 20)]
    [InlineData((6 << 20) - 4096)]
    public void Megabytes_of_environment_are_read_to_the_end(int bytes)
    {
        using Workload workload = Ground.StartHostile($"environment {bytes}");

        MemProcess process = Hold.Measure(workload.Pid);

        Assert.Equal("end", process.Environment["LINUXMEM_LAST"]);
        Assert.InRange(process.Environment.Sum(variable => (long)variable.Key.Length + variable.Value.Length + 2), bytes - 1024, bytes);
        Assert.Equal("end", Assert.Single(ExactComparison.Scan([workload.Pid], [new Grouping(new EnvironmentSplit("LINUXMEM_LAST"), _ => null)]).Reports[0].Groups).Key);
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private sealed record ParentOf(int Child)
    {
        public int Pid => ProcessTable.List(Machine.Open()).Processes.Single(process => process.Id == Child).ParentId;
    }
}
