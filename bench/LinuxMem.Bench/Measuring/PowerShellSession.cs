using System.Globalization;

namespace LinuxMem.Bench.Measuring;

/// <summary>Runs the scripts that measure inside PowerShell.</summary>
internal static class PowerShellSession
{
    /// <summary>Runs a script in a pwsh of its own and returns the numbers of its lines, in seconds.</summary>
    /// <exception cref="BenchException">It failed.</exception>
    public static double[][] Run(string pwsh, string script, params string[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "PowerShell", script);
        (_, string output) = ChildProgram.Run(pwsh, ["-NoProfile", "-NonInteractive", "-File", path, .. arguments]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture) / 1000).ToArray())];
    }
}
