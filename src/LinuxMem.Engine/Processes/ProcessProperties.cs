using System.Collections.ObjectModel;
using System.Globalization;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// All properties of processes: the one table that splits, filters, scriptblocks and completion use. To add a property,
/// add a member to <see cref="MemProcess"/> and a row here.
/// </summary>
public static class ProcessProperties
{
    /// <summary>All properties, in the order of the documentation.</summary>
    public static ReadOnlyCollection<ProcessProperty> All { get; } = Array.AsReadOnly<ProcessProperty>(
    [
        ProcessProperty.OfNumber(nameof(MemProcess.Id), ProcessFacts.None, process => process.Id) with
        {
            Kind = PropertyKind.ProcessId,
            Heading = "pid",
            Key = process => process.Id,

            // The kernel gives an id again when its process has ended.
            KeyIdentity = process => (process.Id, process.StartTicks),
            Predicate = new("pid(n)", "the process with the id n", "pid(1)"),
        },
        ProcessProperty.OfNumber(nameof(MemProcess.ParentId), ProcessFacts.None, process => process.ParentId) with
        {
            Kind = PropertyKind.ProcessId,
            Heading = "ppid",
            Key = process => process.ParentId,
            Predicate = new("ppid(n)", "the children of process n", "ppid(1)"),
        },
        ProcessProperty.OfNumber(nameof(MemProcess.Uid), ProcessFacts.Owner, process => process.Uid) with
        {
            NumberName = process => process.User,
            Predicate = new("uid(n)", "processes whose effective user id is n", "uid(1001)"),
        },
        ProcessProperty.OfNumber(nameof(MemProcess.RealUid), ProcessFacts.Status, process => process.RealUid),
        ProcessProperty.OfNumber(nameof(MemProcess.Gid), ProcessFacts.Owner, process => process.Gid) with
        {
            Predicate = new("gid(n)", "processes whose effective group id is n", "gid(27)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.User), ProcessFacts.Owner, process => process.User) with
        {
            // Two users may have the same name.
            Key = process => process.Uid,
            KeyName = process => process.User,
            LongerKeyNames = process => UserNames.Longer(process.User, process.Uid),
            WhyNotKnown = (machine, matches, isOfNumbers) => machine.Users.WhyNot(matches, isOfNumbers),
            Predicate = new("user(name)", "processes whose effective user has that name", "user(postgres)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Comm), ProcessFacts.None, process => process.Comm) with
        {
            Predicate = new("comm(x)", "processes of that command name (the kernel keeps 15 bytes of it)", "comm(ora_*)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.CommandLine), ProcessFacts.CommandLine, process => process.CommandLine) with
        {
            CutKey = process => process.Facts.CutCommandLine,
            Predicate = new("cmdline(text)", "processes of that command line, its arguments with a blank between them", "cmdline(*--port 8080*)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Exe), ProcessFacts.Exe, process => process.Exe) with
        {
            Predicate = new("exe(path)", "processes that run that program file", "exe(/usr/lib/jvm/*/bin/java)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Cgroup), ProcessFacts.Cgroup, process => process.Cgroup) with
        {
            // Reports show the familiar name (unit, container, pod, job); the path up to that tells the groups apart.
            Key = process => process.ControlGroup?.Key,
            KeyName = process => process.ControlGroup?.Name(process.Names),
            LongerKeyNames = process => process.ControlGroup?.LongerNames(process.Names) ?? [],
            OtherTexts = process => process.ControlGroup?.AllNames(process.Names) ?? [],
            Predicate = new("cgroup(x)", "processes in the control group of that path, or of that name in reports", "cgroup(nginx.service)"),
        },
        ProcessProperty.OfText("CgroupPath", ProcessFacts.Cgroup, process => process.Cgroup) with
        {
            Member = nameof(MemProcess.Cgroup),
            KeyIdentity = process => process.ControlGroup?.WholeKey,
            LongerKeyNames = process => process.ControlGroup is ControlGroup group ? [group.WholeKey] : [],
        },
        ProcessProperty.OfText(nameof(MemProcess.Unit), ProcessFacts.Cgroup, process => process.Unit) with
        {
            Key = process => process.ControlGroup?.Unit?.Key,
            KeyName = process => process.Unit,
            LongerKeyNames = process => process.ControlGroup?.Unit?.LongerNames ?? [],
            OtherTexts = process => process.ControlGroup?.Unit?.LongerNames ?? [],
            Predicate = new("unit(name)", "processes of that unit of systemd (service, scope)", "unit(postgresql@15-main.service)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Container), ProcessFacts.Cgroup, process => process.Container) with
        {
            Key = process => process.ControlGroup?.Container?.Key,
            KeyName = process => process.Container,
            LongerKeyNames = process => process.ControlGroup?.LongerContainerNames(process.Names) ?? [],
            OtherTexts = process => process.ControlGroup?.AllContainerNames(process.Names) ?? [],
            Predicate = new("container(name)", "processes in that container: engine and name, the name, or the id", "container(podman:web)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Pod), ProcessFacts.Cgroup, process => process.Pod) with
        {
            Key = process => process.ControlGroup?.Pod?.Key,
            KeyName = process => process.Pod,
            LongerKeyNames = process => process.ControlGroup?.LongerPodNames(process.Names) ?? [],
            OtherTexts = process => process.ControlGroup?.AllPodNames(process.Names) ?? [],
            Predicate = new("pod(name)", "processes in that pod: namespace and name, the name, or the uid", "pod(shop/cart-*)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Instance), ProcessFacts.Instance, process => process.Instance) with
        {
            // Two machines in one (containers), or two users, may have instances of one name.
            Key = process => process.OwnInstance?.Key,
            KeyName = process => process.Instance,
            LongerKeyNames = process => process.OwnInstance?.LongerNames ?? [],
            OtherTexts = process => process.OwnInstance?.LongerNames ?? [],
            Predicate = new("instance(name)", "processes of that database: the SID of Oracle, or the data directory of PostgreSQL", "instance(DB1)"),
        },
        ProcessProperty.Of(nameof(MemProcess.StartTime), PropertyKind.Time, ProcessFacts.None) with
        {
            Key = process => process.StartTime,
            KeyName = process => process.StartTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),

            // An hour of the year comes twice in local time, and several processes start in one second.
            KeyIdentity = process => process.StartTicks,
            LongerKeyNames = process => [process.StartTime.ToString("yyyy-MM-dd HH:mm:ss.ff", CultureInfo.InvariantCulture), process.StartTime.ToString("yyyy-MM-dd HH:mm:ss.ffzzz", CultureInfo.InvariantCulture)],
        },
        ProcessProperty.Of(nameof(MemProcess.Environment), PropertyKind.Variables, ProcessFacts.Environment),
        ProcessProperty.Of(nameof(MemProcess.PageTables), PropertyKind.Bytes, ProcessFacts.Status),
    ]);

    /// <summary>Finds a property by its name, heading or predicate, in any case; null when there is none.</summary>
    public static ProcessProperty? Find(string name) => All.FirstOrDefault(property => property.IsCalled(name));
}
