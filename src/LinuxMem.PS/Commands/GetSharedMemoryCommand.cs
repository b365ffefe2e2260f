using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Hosts;
using LinuxMem.PowerShell.Completion;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists the shared memory objects, who holds them, and what none holds.</para>
/// <para type="description">SysV segments, files in /dev/shm and any other tmpfs, memfds, shared anonymous memory, shared huge pages: each once, with all of it that is in memory, whether somebody maps it or not. Looking changes nothing.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "SharedMemory", HelpUri = OnlineHelp.Pages + "Get-SharedMemory.md")]
[OutputType(typeof(SharedMemory))]
public sealed class GetSharedMemoryCommand : ReportCommand
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

    private protected override string[] Chosen => [nameof(SharedMemory.Name)];

    private protected override string ChosenWords => "names of objects, and objects with a Name";

    /// <summary>Emits the objects, largest first.</summary>
    private protected override void Report(PipedChoice choice)
    {
        SharedMemoryResult result = Read("Looking at shared memory", new SharedMemoryOptions { SkipOpenFiles = SkipOpenFiles }, SharedObjects.Read, found => (found.Objects.Count, "objects"), ScanNotices.FromHolders);
        WriteNamed(
            result.Objects,
            Names(Name, choice),
            one => [one.Name],
            LinuxMemError.SharedMemoryNotFound,
            ScanNotices.NoSharedMemory,
            one => Kind is null || Array.Exists(Kind, kind => kind.ToString() == one.Kind));
    }
}
