using LinuxMem.Engine.Reports;
using LinuxMem.Unit.Exactness;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Hostile;

/// <summary>Names that a user gives to the shared memory of another.</summary>
public class ObjectNameTests(StagingGround ground) : StagedTests(ground)
{
    private const int Owner = 64_531;
    private const int Other = 64_532;

    [Theory]
    [InlineData(Owner, true)]
    [InlineData(Owner, false)]
    [InlineData(0, false)]
    public void A_file_in_memory_has_the_name_that_its_owner_knows_whoever_maps_it_first(int owner, bool isLink)
    {
        Ground.Require();
        string file = $"/dev/shm/linuxmem-owner-{Environment.ProcessId}";
        string alias = $"/dev/shm/linuxmem-other-{Environment.ProcessId}";
        string seen = Directory.CreateDirectory(Ground.NewName("seen")).FullName;
        try
        {
            File.WriteAllBytes(file, new byte[100 * Page]);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
            Command.Run("chown", $"{owner}", file);
            if (isLink)
            {
                Command.Run("ln", file, alias);
            }

            // As an ordinary user has it in a user namespace of his own: the same file under a path of his choice.
            string script = Ground.NewName("script");
            File.WriteAllText(script, $"mount --bind /dev/shm {seen} && exec {Ground.Program} uid {Other} file {seen}/{Path.GetFileName(file)} 100\n");
            using Workload first = isLink
                ? Workload.Start(Ground.Program, $"uid {Other} file {alias} 100", null)
                : Workload.Start("unshare", $"-m --propagation private sh {script}", null);
            using Workload second = Workload.Start(Ground.Program, $"uid {owner} file {file} 100", null);
            Assert.True(first.Pid < second.Pid, "the process of the owner has the lower number");

            global::LinuxMem.SharedMemory one = Assert.Single(SharedObjects.Read(new SharedMemoryOptions()).Objects, shared => shared.Pids.Contains(second.Pid) && shared.Kind != "SharedAnonymous");

            Assert.Equal(("Posix", file), (one.Kind, one.Name));
            Assert.Equal([first.Pid, second.Pid], one.Pids.Order());
        }
        finally
        {
            File.Delete(file);
            File.Delete(alias);
        }
    }
}
