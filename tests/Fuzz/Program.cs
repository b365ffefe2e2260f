using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Fuzz;

/// <summary>
/// <c>LinuxMem.Fuzz [--inputs N] [--seed S] [--threads T] [--target NAME[,NAME]…] [--corpus all|repository] [--input FILE]</c>:
/// spoils /proc files and filters, and reads them. What is found is saved in the current folder; with
/// <c>--target</c> and <c>--input</c> such a file is run again.
/// </summary>
internal static class Program
{
    private static readonly string[] Names = ["--inputs", "--seed", "--threads", "--target", "--corpus", "--input"];

    private static int Main(string[] arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !Names.Contains(arguments[i]))
            {
                Console.Error.WriteLine("Usage: LinuxMem.Fuzz [--inputs N] [--seed S] [--threads T] [--target NAME[,NAME]...] [--corpus all|repository] [--input FILE]");
                return 2;
            }

            options[arguments[i]] = arguments[i + 1];
        }

        long Number(string name, long otherwise) => options.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        ulong seed = options.TryGetValue("--seed", out string? given) ? ulong.Parse(given, CultureInfo.InvariantCulture) : (ulong)Random.Shared.NextInt64();
        using var targets = new FuzzTargets(withLive: options.GetValueOrDefault("--corpus") != "repository");
        FuzzTarget[] chosen = [.. targets.All.Where(target => !options.TryGetValue("--target", out string? names) || names.Split(',').Contains(target.Name))];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"There is no such target. These are: {string.Join(", ", targets.All.Select(target => target.Name))}.");
            return 2;
        }

        Console.WriteLine($"seed {seed}");
        var run = new FuzzRun(seed, chosen);
        if (options.TryGetValue("--input", out string? file))
        {
            run.RunOne(0, File.ReadAllBytes(file));
        }
        else
        {
            run.Run(Number("--inputs", 10_000_000), (int)Number("--threads", Environment.ProcessorCount), hang =>
            {
                Console.WriteLine(hang);
                Environment.Exit(1);
            });
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"target",-14} {"inputs",10} {"most allocated",15} {"slowest",12}  findings"));
        for (int i = 0; i < chosen.Length; i++)
        {
            (FuzzTarget target, long count, long most, TimeSpan slowest) = run.CountsOf(i);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name,-14} {count,10} {most,15} {slowest.TotalMilliseconds,9:F1} ms  {run.Findings.Count(finding => finding.Target == target.Name)}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Count} inputs, {run.Findings.Count} findings, working set at most {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        foreach (FuzzFinding finding in run.Findings)
        {
            Console.WriteLine(finding);
            if (file is null)
            {
                File.WriteAllBytes($"finding-{finding.Target.Replace(' ', '-')}-{finding.Seed}-{finding.Number}", finding.Input);
            }
        }

        return run.Findings.Count == 0 ? 0 : 1;
    }
}
