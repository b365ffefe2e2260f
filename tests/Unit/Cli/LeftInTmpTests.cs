using System.Diagnostics;

namespace LinuxMem.Unit.Cli;

/// <summary>The command as it is shipped makes no file for passing use where everybody can see it.</summary>
[Beside(Company.Sessions)]
public class LeftInTmpTests
{
    [Theory]
    [InlineData("--version")]
    [InlineData("processes", "-l")]
    [InlineData("tmpfs")]
    public void The_native_command_makes_no_pipe_for_diagnosis(params string[] arguments)
    {
        Assert.SkipUnless(LinuxMemCommand.IsNative, "Not tested: there is no native command (./build.sh test makes it where there is a C compiler).");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-tmp-");
        try
        {
            var made = new System.Collections.Concurrent.ConcurrentQueue<string>();
            using var watcher = new FileSystemWatcher(folder.FullName);
            watcher.Created += (_, e) => made.Enqueue(e.Name!);
            watcher.EnableRaisingEvents = true;
            var start = new ProcessStartInfo(LinuxMemCommand.Words[0], arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["TMPDIR"] = folder.FullName;
            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "it does not end");

            // What was made before this is told before it.
            File.WriteAllText(Path.Combine(folder.FullName, "end"), string.Empty);
            Assert.True(SpinWait.SpinUntil(() => made.Contains("end"), TimeSpan.FromSeconds(20)), "nothing is told of the folder");

            Assert.Equal(["end"], made);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
