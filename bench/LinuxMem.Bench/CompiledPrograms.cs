using System.ComponentModel;
using System.Diagnostics;

namespace LinuxMem.Bench;

/// <summary>The C programs that the benchmark needs, compiled, in a folder that goes with this object.</summary>
internal sealed class CompiledPrograms : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-bench-");

    private CompiledPrograms()
    {
        Workload = Path.Combine(folder.FullName, "workload");
        Launcher = Path.Combine(folder.FullName, "launcher");
    }

    /// <summary>Makes workloads (tests/Workload/workload.c).</summary>
    public string Workload { get; }

    /// <summary>Starts a program and tells its peak of memory (launcher.c).</summary>
    public string Launcher { get; }

    /// <summary>Compiles them.</summary>
    /// <exception cref="BenchException">There is no compiler, or no source.</exception>
    public static CompiledPrograms Make(string repository)
    {
        var programs = new CompiledPrograms();
        try
        {
            Compile(Path.Combine(repository, "tests", "Workload", "workload.c"), programs.Workload);
            Compile(Path.Combine(repository, "bench", "LinuxMem.Bench", "Measuring", "launcher.c"), programs.Launcher);
            return programs;
        }
        catch
        {
            programs.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private static void Compile(string source, string program)
    {
        if (!File.Exists(source))
        {
            throw new BenchException($"{source} is not there: the benchmark needs the whole source tree.");
        }

        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc", ["-O1", "-pthread", "-o", program, source]) { RedirectStandardError = true })!;
            string said = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
            {
                throw new BenchException($"cc could not compile {source}:{Environment.NewLine}{said}");
            }
        }
        catch (Win32Exception e)
        {
            throw new BenchException("The workloads are made by a small C program, and there is no C compiler (cc) to compile it. Install one, for example with 'apt-get install gcc libc6-dev'.", e);
        }
    }
}
