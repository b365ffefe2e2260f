using System.Diagnostics;

namespace LinuxMem.Unit.Filters;

/// <summary>A shell that has run a script up to the line <c>ready</c> and waits; ended when disposed.</summary>
internal sealed class StagedProcess : IDisposable
{
    private readonly Process process;
    private bool isDisposed;

    public StagedProcess(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", script, "bash", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        process = Process.Start(start)!;
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is string line)
        {
            if (line == "ready")
            {
                Lines = lines;
                return;
            }

            lines.Add(line);
        }

        process.WaitForExit();
        throw new InvalidOperationException($"The staged shell ended with {process.ExitCode} before it was ready.");
    }

    public int Id => process.Id;

    /// <summary>What the script wrote before it was ready.</summary>
    public IReadOnlyList<string> Lines { get; }

    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
