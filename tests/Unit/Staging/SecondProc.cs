using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>
/// A PID and mount namespace with a root folder and a /proc of its own, as a container has; it ends when disposed of. Its process 1
/// is a sleep, beside which another runs as a user of choice.
/// </summary>
internal sealed class SecondProc : IDisposable
{
    private const string Script = """
        set -e
        root=$1
        mount -t tmpfs linuxmem-test "$root"
        for dir in bin sbin lib lib32 lib64 usr; do
            if [ -L "/$dir" ]; then cp -a "/$dir" "$root/$dir"; elif [ -d "/$dir" ]; then mkdir "$root/$dir"; mount --rbind "/$dir" "$root/$dir"; fi
        done
        mkdir "$root/proc" "$root/etc"
        eval "$3"
        mount -t proc proc "$root/proc"
        setpriv --reuid="$2" --clear-groups sleep 300 &
        echo ready
        exec chroot "$root" /bin/sleep 300
        """;

    private readonly Process process;
    private readonly string folder;

    private SecondProc(Process process, string folder, int first)
    {
        this.process = process;
        this.folder = folder;
        Root = $"/proc/{first}/root/proc";
    }

    /// <summary>The /proc of the namespace, as it is reached from here.</summary>
    public string Root { get; }

    /// <summary>Makes one; skips the test where that cannot be done.</summary>
    /// <param name="uid">The user of the second process.</param>
    /// <param name="makePasswd">A shell line that makes <c>$root/etc/passwd</c>.</param>
    public static SecondProc Make(uint uid, string makePasswd)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Command.Exists("unshare") && Command.Exists("setpriv"), "Not tested: needs root, unshare and setpriv.");
        string folder = Directory.CreateTempSubdirectory("linuxmem-second-").FullName;
        Process process = Process.Start(new ProcessStartInfo("unshare", ["--pid", "--mount", "--fork", "--kill-child", "sh", "-c", Script, "sh", folder, uid.ToString(CultureInfo.InvariantCulture), makePasswd])
        {
            RedirectStandardOutput = true,
        })!;
        if (process.StandardOutput.ReadLine() != "ready")
        {
            process.WaitForExit();
            Directory.Delete(folder);
            throw Xunit.Sdk.SkipException.ForSkip("Not tested: no PID and mount namespace with a root of its own can be made.");
        }

        int first = int.Parse(File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Trim(), CultureInfo.InvariantCulture);
        bool isRooted = SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{first}/comm").Trim() == "sleep" && Directory.Exists($"/proc/{first}/root/proc/1"), TimeSpan.FromSeconds(10));
        var made = new SecondProc(process, folder, first);
        if (!isRooted)
        {
            made.Dispose();
            Assert.Fail("process 1 of the namespace did not come to its root");
        }

        return made;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder);
    }
}
