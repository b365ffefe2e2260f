using System.Collections.ObjectModel;

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
            Predicate = new("user(name)", "processes whose effective user has that name", "user(postgres)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Comm), ProcessFacts.None, process => process.Comm) with
        {
            Predicate = new("comm(x)", "processes of that command name (the kernel keeps 15 bytes of it)", "comm(ora_*)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.CommandLine), ProcessFacts.CommandLine, process => process.CommandLine) with
        {
            Predicate = new("cmdline(text)", "processes of that command line, its arguments with a blank between them", "cmdline(*--port 8080*)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Exe), ProcessFacts.Exe, process => process.Exe) with
        {
            Predicate = new("exe(path)", "processes that run that program file", "exe(/usr/lib/jvm/*/bin/java)"),
        },
        ProcessProperty.OfText(nameof(MemProcess.Cgroup), ProcessFacts.Cgroup, process => process.Cgroup) with
        {
            // Reports show the familiar name (unit, container); filters and scriptblocks see the path.
            Key = process => process.Cgroup is string path ? CgroupName.Of(path) : null,
            Predicate = new("cgroup(path)", "processes in that control group", "cgroup(/system.slice/nginx.service)"),
        },
        ProcessProperty.Of(nameof(MemProcess.StartTime), PropertyKind.Time, ProcessFacts.None) with { Key = process => process.StartTime },
        ProcessProperty.Of(nameof(MemProcess.Environment), PropertyKind.Variables, ProcessFacts.Environment),
        ProcessProperty.Of(nameof(MemProcess.PageTables), PropertyKind.Bytes, ProcessFacts.Status),
    ]);

    /// <summary>Finds a property by its name, heading or predicate, in any case; null when there is none.</summary>
    public static ProcessProperty? Find(string name) => All.FirstOrDefault(property => property.IsCalled(name));
}
