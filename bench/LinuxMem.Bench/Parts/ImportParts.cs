using System.Text.RegularExpressions;
using LinuxMem.Bench.Measuring;

namespace LinuxMem.Bench.Parts;

/// <summary>Import-Module LinuxMem and the first call in a session, part by part: how long each takes, and what is compiled for it.</summary>
internal static partial class ImportParts
{
    private const string Command = "Get-MemGroup -SplitUid -WarningAction SilentlyContinue";

    /// <summary>The first lines of the scripts, which warm up what measures.</summary>
    private const int WarmUp = 2;

    /// <summary>Measures them, each run in a pwsh of its own.</summary>
    /// <returns>The import of an empty module, of LinuxMem, and the first call.</returns>
    public static (Series Empty, Series Import, Series First) Measure(Session session, string pwsh, string module, string empty)
    {
        DirectoryInfo copies = Directory.CreateTempSubdirectory("linuxmem-bench-");
        try
        {
            string withoutViews = WithoutViews(module, Path.Combine(copies.FullName, "LinuxMem"));
            var calls = new List<Sample[]>();
            var steps = new List<Sample[]>();
            Series[] imports = Rounds.Measure(
                session.Options.Runs,
                session.Cancellation,
                new Contender("Import-Module, empty module", () => Run(pwsh, "Startup.ps1", "-Module", empty)[0]),
                new Contender("Import-Module LinuxMem", () => Keep(calls, Run(pwsh, "Startup.ps1", "-Module", module, "-Command", Command))),
                new Contender("the same without its views", () => Run(pwsh, "Startup.ps1", "-Module", withoutViews)[0]),
                new Contender("its assembly", () => Keep(steps, Run(pwsh, "ImportSteps.ps1", "-Module", module))));

            // The first two were to warm the files.
            Series Of(string name, List<Sample[]> runs, int line) => new(name, [.. runs.Skip(2).Select(run => run[line])]) { Others = imports[0].Others };
            Series first = Of("first Get-MemGroup -SplitUid", calls, 1), second = Of("second Get-MemGroup -SplitUid", calls, 2);
            session.Report.AddParts("start", [
                imports[0],
                imports[1],
                imports[2],
                imports[3],
                Of("headings and escaped properties made", steps, 1),
                Of("… and added to the session", steps, 2),
                Of("Sort and Tab", steps, 3),
                first,
                second,
            ]);
            return (imports[0], imports[1], first);
        }
        finally
        {
            copies.Delete(recursive: true);
        }
    }

    private static Sample Keep(List<Sample[]> runs, Sample[] run)
    {
        runs.Add(run);
        return run[0];
    }

    private static Sample[] Run(string pwsh, string script, params string[] arguments) =>
        [.. PowerShellSession.Run(pwsh, script, arguments).Skip(WarmUp)
            .Select(line => new Sample { Wall = line[0], Methods = (long)Math.Round(1000 * line[1]), Compiling = line[2] })];

    /// <summary>A copy of the module whose manifest names no views.</summary>
    private static string WithoutViews(string module, string copy)
    {
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(module))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        string manifest = Path.Combine(copy, "LinuxMem.psd1");
        string text = File.ReadAllText(manifest);
        string without = Formats().Replace(text, "");
        File.WriteAllText(manifest, without != text ? without : throw new BenchException($"{manifest} has no line FormatsToProcess to leave out."));
        return copy;
    }

    [GeneratedRegex(@"^\s*FormatsToProcess\s.*$", RegexOptions.Multiline)]
    private static partial Regex Formats();
}
