using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

[Beside(Company.Sessions)]
public class FileMemoryTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void File_mapped_by_two_users()
    {
        string file = Ground.NewFile(800);

        ProcessPages[] counted = Check($"fork uid 1001 file {file} 800 advise random 0 800 read 0 500 1 end fork uid 1002 file {file} 800 advise random 0 800 read 300 500 1 end");

        Assert.InRange(InCommon(counted[1], counted[2]), 200, int.MaxValue);
    }

    [Fact]
    public void File_mapped_by_processes_that_do_not_descend_from_each_other()
    {
        string file = Ground.NewFile(600);
        using Workload one = Ground.Start($"file {file} 600 write 0 600 1", stage: "one");
        using Workload two = Ground.Start($"uid 1001 file {file} 600 read 0 600 1", stage: "two");

        IReadOnlyDictionary<int, ProcessPages> counted = ExactComparison.Check(one, two);

        Assert.InRange(InCommon(counted[one.Pid], counted[two.Pid]), 600, int.MaxValue);
    }

    [Fact]
    public void Private_file_mapping_written_to()
    {
        string file = Ground.NewFile(900);

        ProcessPages[] counted = Check($"file-private {file} 900 read 0 900 1 write 0 300 2 fork write 100 300 1 end");

        Assert.InRange(counted[0].Anonymous.Count, 300, 500);
    }

    [Fact]
    public void Shared_anonymous_memory() => Check("shared 1000 write 0 600 1 fork read 300 300 1 write 700 100 1 end fork uid 65534 read 0 100 1 end");

    [Fact]
    public void Memfd() => Check("memfd 1000 write 0 600 1 fork read 300 300 1 write 700 100 1 end");

    [Fact]
    public void Memfd_mapped_twice_by_one_process()
    {
        ProcessPages[] counted = Check("memfd 500 write 0 400 1 again read 100 300 1 fork select 0 unmap 0 500 end");

        Assert.InRange(counted[0].Repeated, 300, int.MaxValue);
    }

    [Fact]
    public void Memory_of_the_kernel_itself_is_left_out()
    {
        ProcessPages[] counted = Check("anon 10 write 0 10 1 perf 512 read 0 513 1");

        Assert.InRange(counted[0].Frames.Count, 10, 512);
    }

    [Fact]
    public void Device_memory_is_left_out() =>
        Check("anon 10 write 0 10 1 device /dev/mem 0xf0000 16 read 0 16 1");
}
