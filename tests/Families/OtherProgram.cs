using System.ComponentModel;
using System.Diagnostics;

namespace LinuxMem.Families;

/// <summary>Runs the programs that staging needs (compiler, mkswap, swapon).</summary>
internal static class OtherProgram
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="FamilyException">It is not there, failed, or did not end; the message has what it said.</exception>
    public static void Run(string name, params string[] arguments)
    {
        string path = new[] { "/usr/sbin", "/sbin", "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? name;
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Bound))
            {
                process.Kill();
                throw new FamilyException($"{name} did not end within {Bound}.");
            }

            if (process.ExitCode != 0)
            {
                throw new FamilyException($"{name} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error.Result}{output.Result}");
            }
        }
        catch (Win32Exception e)
        {
            throw new FamilyException($"There is no {name}: {e.Message}");
        }
    }
}
