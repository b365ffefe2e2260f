using System.ComponentModel;
using System.Diagnostics;

namespace LinuxMem.Bench.Workloads;

/// <summary>The compiled program that makes workloads, in a folder of its own that goes with this object.</summary>
internal sealed class WorkloadProgram : IDisposable
{
    private readonly DirectoryInfo folder;

    private WorkloadProgram(DirectoryInfo folder)
    {
        this.folder = folder;
        Path = System.IO.Path.Combine(folder.FullName, "workload");
    }

    /// <summary>The program file.</summary>
    public string Path { get; }

    /// <summary>Compiles tests/Workload/workload.c.</summary>
    /// <exception cref="BenchException">There is no compiler, or no source.</exception>
    public static WorkloadProgram Compile(string repository)
    {
        string source = System.IO.Path.Combine(repository, "tests", "Workload", "workload.c");
        if (!File.Exists(source))
        {
            throw new BenchException($"{source} is not there: the workloads are made by it.");
        }

        var program = new WorkloadProgram(Directory.CreateTempSubdirectory("linuxmem-bench-"));
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc", ["-O1", "-pthread", "-o", program.Path, source]) { RedirectStandardError = true })!;
            string said = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? program : throw new BenchException($"cc could not compile {source}:{Environment.NewLine}{said}");
        }
        catch (Win32Exception e)
        {
            program.Dispose();
            throw new BenchException("The workloads are made by a small C program, and there is no C compiler (cc) to compile it. Install one, for example with 'apt-get install gcc libc6-dev'.", e);
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
