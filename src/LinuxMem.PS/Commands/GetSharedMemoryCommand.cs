using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.PowerShell.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// <para type="synopsis">Lists all shared memory objects, who holds them, and what no process holds.</para>
/// <para type="description">SysV segments, files in /dev/shm and any other tmpfs, memfds, shared anonymous memory, shared huge pages: each once, with all of it that is in memory, whether somebody maps it or not. Looking changes nothing.</para>
/// </summary>
[Cmdlet(VerbsCommon.Get, "SharedMemory")]
[OutputType(typeof(SharedMemory))]
public sealed class GetSharedMemoryCommand : EngineCommand
{
    /// <summary>Only objects of these kinds.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public SharedMemoryKind[]? Kind { get; set; }

    /// <summary>Only objects with these names, as the kernel has them; * and ? stand for any characters.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Leave out what processes have open and not mapped.</summary>
    [Parameter]
    public SwitchParameter SkipOpenFiles { get; set; }

    /// <summary>Threads that read; all processors when not given.</summary>
    [Parameter]
    [Alias("t")]
    public int? ThrottleLimit { get; set; }

    /// <summary>Emits the objects, largest first.</summary>
    protected override void EndProcessing() => Guard(() =>
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

        foreach (string notice in result.Notices)
        {
            WriteNotice(notice);
        }

        WildcardName[]? names = Name is null ? null : Array.ConvertAll(Name, name => new WildcardName(name));
        WriteObject(
            result.Objects.Where(one => (Kind is null || Array.Exists(Kind, kind => kind.ToString() == one.Kind)) && (names is null || Array.Exists(names, name => name.IsMatch(one.Name)))),
            enumerateCollection: true);
    });
}
