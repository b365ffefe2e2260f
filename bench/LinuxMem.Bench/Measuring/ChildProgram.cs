using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LinuxMem.Engine.Native;

namespace LinuxMem.Bench.Measuring;

/// <summary>Runs a program to its end and tells what the kernel accounted to it (posix_spawn(3), wait4(2)).</summary>
internal static partial class ChildProgram
{
    private const int O_WRONLY = 1;

    /// <summary>More than the opaque structure takes on any libc.</summary>
    private const int ActionsSize = 1024;

    /// <summary>A program as one of several things that are measured, with its peak of memory.</summary>
    public static Contender Contender(string name, string launcher, string file, params string[] arguments) => new(name, () =>
    {
        (Sample sample, string output) = Run(launcher, [file, .. arguments]);
        string peak = output.TrimEnd()[(output.TrimEnd().LastIndexOf('\n') + 1)..];
        return sample with { Peak = long.Parse(peak, CultureInfo.InvariantCulture) * 1024 };
    });

    /// <summary>Runs a program; its standard output is read, its standard error is told when it fails.</summary>
    /// <exception cref="BenchException">It could not be started, or ended with an error.</exception>
    public static (Sample Sample, string Output) Run(string file, params string[] arguments)
    {
        using Pipe pipe = Pipe.Create() ?? throw new BenchException("There are no more file descriptors.");
        string?[] environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}"), null];
        using var errors = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 4096, FileOptions.DeleteOnClose);
        long start = Stopwatch.GetTimestamp();
        int pid = Start(file, [file, .. arguments, null], environment, pipe.WriteEnd, errors.Name);
        pipe.CloseWriteEnd();
        string output = ReadAll(pipe.ReadEnd, start, out double firstLine);
        Span<long> usage = stackalloc long[18];
        if (wait4(pid, out int status, 0, ref MemoryMarshal.GetReference(usage)) != pid || status != 0)
        {
            string said = new StreamReader(errors).ReadToEnd();
            throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"{file} {string.Join(' ', arguments)} ended with status {status >> 8} (signal {status & 0x7f}). {said.Trim()}"));
        }

        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;

        // struct rusage: user and system time as seconds and microseconds, those of children among them.
        double cpu = usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
        return (new Sample { Wall = wall, FirstLine = firstLine, Cpu = cpu }, output);
    }

    /// <summary>The file of a program on PATH; null when there is none.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static unsafe int Start(string file, string?[] arguments, string?[] environment, FileDescriptor output, string errors)
    {
        void* actions = NativeMemory.AllocZeroed(ActionsSize);
        try
        {
            _ = posix_spawn_file_actions_init(actions);
            _ = posix_spawn_file_actions_adddup2(actions, output.Number, 1);
            _ = posix_spawn_file_actions_addopen(actions, 2, errors, O_WRONLY, 0);
            int error = posix_spawn(out int pid, file, actions, null, arguments, environment);
            _ = posix_spawn_file_actions_destroy(actions);
            return error == 0 ? pid : throw new BenchException($"{file} could not be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            NativeMemory.Free(actions);
        }
    }

    private static string ReadAll(FileDescriptor output, long start, out double firstLine)
    {
        firstLine = 0;
        var text = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        int n;
        while ((n = output.Read(buffer)) > 0)
        {
            if (firstLine == 0 && buffer.AsSpan(0, n).Contains((byte)'\n'))
            {
                firstLine = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            text.Write(buffer, 0, n);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn_file_actions_addopen(void* actions, int number, string path, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn(out int pid, string path, void* actions, void* attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc")]
    private static partial int wait4(int pid, out int status, int options, ref long usage);
}
