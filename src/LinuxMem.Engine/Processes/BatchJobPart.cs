using System.Text.RegularExpressions;

namespace LinuxMem.Engine.Processes;

/// <summary>What one part of a control group's path tells of a batch job, of Slurm or of HTCondor.</summary>
internal static partial class BatchJobPart
{
    /// <summary>True for the unit in which Slurm has its jobs (version 2 of control groups).</summary>
    public static bool IsSlurmStep(string unit) => unit == "slurmstepd.scope" || unit.EndsWith("_slurmstepd.scope", StringComparison.Ordinal);

    /// <summary>The name of a job of Slurm, as <c>slurm:123</c>; null for any other part.</summary>
    public static string? OfSlurm(string part) => SlurmJob().Match(part) is { Success: true } job ? $"slurm:{job.Groups["id"].Value}" : null;

    /// <summary>The same where jobs lie below their users (version 1).</summary>
    public static string? OfOlderSlurm(string part, string previous) => SlurmUser().IsMatch(previous) ? OfSlurm(part) : null;

    /// <summary>The uid of the user whose jobs lie there (version 1); null for any other part.</summary>
    public static string? UserOfSlurm(string part, string previous) =>
        SlurmUser().Match(part) is { Success: true } own && SlurmRoot().IsMatch(previous) ? own.Groups["uid"].Value : null;

    /// <summary>The name of a slot of HTCondor, as <c>htcondor:slot1_1@host</c>; null for any other part.</summary>
    public static string? OfCondor(string part, string previous) =>
        previous == "htcondor" && part.StartsWith("condor_", StringComparison.Ordinal)
            ? $"htcondor:{(CondorSlot().Match(part) is { Success: true } slot ? slot.Groups["slot"].Value : part)}"
            : null;

    [GeneratedRegex("^slurm(?:_.+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex SlurmRoot();

    [GeneratedRegex("^uid_(?<uid>[0-9]{1,10})$", RegexOptions.CultureInvariant)]
    private static partial Regex SlurmUser();

    [GeneratedRegex("^(?:job_(?<id>[0-9]{1,20})|(?<id>s[0-9A-Z]{13}))$", RegexOptions.CultureInvariant)]
    private static partial Regex SlurmJob();

    [GeneratedRegex("_(?<slot>slot[0-9]+(?:_[0-9]+)?(?:@.+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex CondorSlot();
}
