using System.Diagnostics;
using System.Text;

namespace LinuxMem.Unit.Cli;

/// <summary>The command, run as a program of its own: arguments in; exit code and both outputs out.</summary>
internal static class LinuxMemCommand
{
    private static readonly Lazy<string> Folder = new(CopyForEveryone);

    /// <summary>
    /// The program and its first arguments, for a test that starts it through another program: the native one where <c>build.ps1</c> has made it
    /// of this source, which is what users have, and starts in a fifth of the time; else that of .NET.
    /// </summary>
    public static IReadOnlyList<string> Words => IsNative ? [Path.Combine(Folder.Value, "linuxmem")] : ManagedWords;

    /// <summary>The same of .NET, for what is done to it by means of .NET.</summary>
    public static IReadOnlyList<string> ManagedWords => [DotNet, Path.Combine(Folder.Value, "linuxmem.dll")];

    private static string Native => Path.Combine(AppContext.BaseDirectory, "native", "linuxmem");

    /// <summary>One that is older than the engine is of another source.</summary>
    public static bool IsNative => File.Exists(Native) && File.GetLastWriteTimeUtc(Native) >= File.GetLastWriteTimeUtc(Path.Combine(AppContext.BaseDirectory, "LinuxMem.Engine.dll"));

    private static string DotNet => Environment.ProcessPath is string path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    /// <summary>Runs it as this user.</summary>
    public static Outcome Run(params string[] arguments) => Start([.. Words, .. arguments]);

    /// <summary>Runs a program to its end.</summary>
    public static Outcome Start(IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false, throwOnInvalidBytes: true),
            WorkingDirectory = "/",
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', words)}' did not end within a minute.");
        }

        return new Outcome(process.ExitCode, output, error.Result);
    }

    /// <summary>The tests' own folder may lie where only its owner can read; other users run the command too.</summary>
    private static string CopyForEveryone()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-test-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        foreach (string name in new[] { "linuxmem.dll", "linuxmem.runtimeconfig.json", "linuxmem.deps.json", "LinuxMem.Engine.dll", "System.CommandLine.dll" })
        {
            string copy = Path.Combine(folder.FullName, name);
            File.Copy(Path.Combine(AppContext.BaseDirectory, name), copy);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        if (IsNative)
        {
            string copy = Path.Combine(folder.FullName, "linuxmem");
            File.Copy(Native, copy);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        folder.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        return folder.FullName;
    }
}

/// <summary>How a program ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error);
