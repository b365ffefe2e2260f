using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Tells how much memory the Oracle instances of this machine take, as they say themselves.</para>
/// <para type="description">Instances are found by their pmon processes and asked through sqlplus of their own ORACLE_HOME, with the rights of those processes and never as root. One that cannot be asked comes out too: Status says why.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "OracleInstance", HelpUri = OnlineHelp.Pages + "Get-OracleInstance.md")]
[OutputType(typeof(OracleInstance))]
public sealed class GetOracleInstanceCommand : ReportCommand
{
    /// <summary>Names of instances to query; * and ? stand for any characters. Upper and lower case differ.</summary>
    [Parameter(Position = 0, HelpMessage = "Names of instances to ask; * and ? stand for any characters. Upper and lower case differ.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OracleSidCompleter))]
    public string[]? Sid { get; set; }

    /// <summary>The time limit for each instance, in seconds.</summary>
    [Parameter(HelpMessage = "Seconds that each instance has to answer in, 1 to 3600. Default: 10.")]
    [ValidateRange(1, OracleReportOptions.MaxTimeout)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int Timeout { get; set; } = OracleReportOptions.DefaultTimeout;

    private protected override string[] Chosen => [nameof(OracleInstance.Sid)];

    private protected override string ChosenWords => "names of instances, and objects with a Sid";

    /// <summary>Queries all instances at once and emits them, largest SGA first.</summary>
    private protected override void Report(PipedChoice choice)
    {
        string[]? asked = Names(Sid, choice);
        WildcardName[] names = [.. (asked ?? []).Select(name => new WildcardName(name))];
        IReadOnlyList<OracleInstance> instances = Read(
            "Asking Oracle instances",
            new OracleReportOptions { Timeout = Timeout, Wanted = asked is not null ? sid => Array.Exists(names, name => name.IsMatch(sid)) : null },
            OracleReport.Read,
            found => (found.Instances.Count, string.Create(CultureInfo.InvariantCulture, $"instances, of which {found.Instances.Count(instance => instance.Status == OracleInstance.Open)} answered")),
            ScanNotices.FromInstances).Instances;
        foreach (WildcardName name in names)
        {
            if (!name.HasWildcards && !instances.Any(instance => name.IsMatch(instance.Sid)))
            {
                Missing(LinuxMemError.ProcessNotFound, $"There is no Oracle instance with the name '{name.Text}': no pmon process is called so. Upper and lower case differ.", name.Text);
            }
        }

        WriteObject(instances, enumerateCollection: true);
    }
}
