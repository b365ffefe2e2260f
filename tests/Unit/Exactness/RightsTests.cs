using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>
/// Root without CAP_SYS_ADMIN reads page maps in which every frame number is 0. The same for an ordinary user
/// belongs with the tests of the command line: it takes a process of its own.
/// </summary>
public class RightsTests
{
    [Fact]
    public void Without_the_right_to_see_frame_numbers_there_is_one_clear_error()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: a right can be dropped only by those who have it.");

        LinuxMemException error = Assert.Throws<LinuxMemException>(() =>
            Privileges.Without(Privileges.CAP_SYS_ADMIN, () => MemScan.Begin(new ScanOptions())));

        Assert.Equal(LinuxMemError.PermissionDenied, error.Kind);
        Assert.Contains("CAP_SYS_ADMIN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_right_is_dropped_for_one_thread_only()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Not tested: a right can be dropped only by those who have it.");
        Privileges.Without(Privileges.CAP_SYS_ADMIN, () => { });

        Assert.NotEmpty(MemScan.Begin(new ScanOptions()).Table.Processes);
    }
}
