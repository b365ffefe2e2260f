using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists the shared memory objects, who holds them, and what none holds.</para>
/// <para type="description">SysV segments, files in /dev/shm and any other tmpfs, memfds, shared anonymous memory, shared huge pages: each once, with all of it that is in memory, whether somebody maps it or not. Looking changes nothing.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "SharedMemory", HelpUri = OnlineHelp.Pages + "Get-SharedMemory.md")]
[OutputType(typeof(SharedMemory))]
public sealed class GetSharedMemoryCommand : SnapshotsCommand
{
    /// <summary>Only objects of these kinds.</summary>
    [Parameter(HelpMessage = "Only objects of these kinds.")]
    [ValidateNotNullOrEmpty]
    public SharedMemoryKind[]? Kind { get; set; }

    /// <summary>Only objects with these names, as the kernel has them; * and ? stand for any characters.</summary>
    [Parameter(Position = 0, HelpMessage = "Only objects with these names, as the kernel has them; * and ? stand for any characters.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SharedMemoryNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Leave out what processes have open and not mapped.</summary>
    [Parameter(HelpMessage = "Leaves out what processes have open and not mapped.")]
    public SwitchParameter SkipOpenFiles { get; set; }

    /// <summary>Threads that read; all processors when not given.</summary>
    [Parameter(HelpMessage = "Threads that read. Default: all processors.")]
    [Alias("t")]
    [ValidateNotNull]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NumberCompleter))]
    public int? ThrottleLimit { get; set; }

    private protected override string[] Chosen => [nameof(SharedMemory.Name)];

    private protected override string ChosenWords => "names of objects, and objects with a Name";

    /// <inheritdoc/>
    private protected override void Report(PipedChoice choice)
    {
        var options = new SharedMemoryOptions
        {
            ProcRoot = ResolvedProcRoot(),
            SkipOpenFiles = SkipOpenFiles,
            Threads = ThrottleLimit,
            Cancellation = Stopped,
        };
        SharedMemoryResult result = Call(
            "Looking at shared memory",
            () => SharedObjects.Read(options),
            found => string.Create(CultureInfo.InvariantCulture, $"Found {found.Objects.Count} objects"));
        foreach (string warning in result.Warnings)
        {
            WriteWarning(warning);
        }

        WarnOfUnread(result.Unread, ScanNotices.FromHolders);
        foreach (string notice in result.Notices)
        {
            WriteNotice(notice);
        }

        WildcardName[]? names = Names(Name, choice) is string[] given ? Array.ConvertAll(given, name => new WildcardName(name)) : null;
        foreach (WildcardName missing in names?.Where(name => !name.HasWildcards && !result.Objects.Any(one => name.IsMatch(one.Name))) ?? [])
        {
            Missing(LinuxMemError.SharedMemoryNotFound, ScanNotices.NoSharedMemory(missing.Text), missing.Text);
        }

        WriteObject(
            result.Objects.Where(one => (Kind is null || Array.Exists(Kind, kind => kind.ToString() == one.Kind)) && (names is null || Array.Exists(names, name => name.IsMatch(one.Name)))),
            enumerateCollection: true);
    }
}
