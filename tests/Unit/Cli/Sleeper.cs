using System.Diagnostics;

namespace LinuxMem.Unit.Cli;

/// <summary>A process that does nothing, with variables whose values may hold any byte (printf escapes).</summary>
internal sealed class Sleeper : IDisposable
{
    private readonly Process process;

    public Sleeper(IReadOnlyList<string> variables)
    {
        const string Script = "for v in \"$@\"; do n=${v%%=*}; w=$(printf \"${v#*=}.\"); export \"$n=${w%.}\"; done; echo ready; exec sleep 300 >&-";
        process = Process.Start(new ProcessStartInfo("sh", ["-c", Script, "sh", .. variables]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadLine();
        process.StandardOutput.ReadToEnd();
    }

    public int Id => process.Id;

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
