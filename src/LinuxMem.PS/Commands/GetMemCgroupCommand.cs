using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists control groups: what they hold beside what is charged to them.</para>
/// <para type="description">By unit, container or pod: our count of the processes, the charge with what it is made of, the limit that binds and how near it is, processes killed, pressure. Both versions of the memory controller.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "MemCgroup", HelpUri = OnlineHelp.Pages + "Get-MemCgroup.md")]
[OutputType(typeof(MemCgroup))]
public sealed class GetMemCgroupCommand : SnapshotsCommand
{
    /// <summary>Only control groups with these names or paths; * and ? stand for any characters.</summary>
    [Parameter(Position = 0, HelpMessage = "Only control groups with these names or paths; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CgroupCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Read the kernel's charges alone, and no page map.</summary>
    [Parameter(HelpMessage = "Reads the kernel's charges alone, and no page map.")]
    public SwitchParameter SkipScan { get; set; }

    /// <summary>Threads that read; all processors when not given.</summary>
    [Parameter(HelpMessage = "Threads that read. Default: all processors.")]
    [Alias("t")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? ThrottleLimit { get; set; }

    private protected override string[] Chosen => [nameof(MemCgroup.Path)];

    private protected override string ChosenWords => "names of control groups, and objects with a Path";

    /// <inheritdoc/>
    private protected override void Report(PipedChoice choice)
    {
        var options = new CgroupOptions
        {
            ProcRoot = ResolvedProcRoot(),
            SkipScan = SkipScan,
            Threads = ThrottleLimit,
            Cancellation = Stopped,
        };
        CgroupResult result = Call(
            "Looking at control groups",
            () => CgroupReport.Read(options),
            found => string.Create(CultureInfo.InvariantCulture, $"Found {found.Groups.Count} control groups"));
        foreach (string warning in result.Scan is ScanResult scan ? ScanNotices.Warnings(scan) : result.Warnings)
        {
            WriteWarning(warning);
        }

        WarnOfUnread(result.Unread, ScanNotices.FromCgroups);
        WildcardName[]? names = Names(Name, choice) is string[] given ? Array.ConvertAll(given, name => new WildcardName(name)) : null;
        foreach (WildcardName missing in names?.Where(name => !name.HasWildcards && !result.Groups.Any(one => name.IsMatch(one.Name) || name.IsMatch(one.Path))) ?? [])
        {
            Missing(LinuxMemError.CgroupNotFound, ScanNotices.NoCgroup(missing.Text), missing.Text);
        }

        WriteObject(
            result.Groups.Where(one => names is null || Array.Exists(names, name => name.IsMatch(one.Name) || name.IsMatch(one.Path))),
            enumerateCollection: true);
    }
}
