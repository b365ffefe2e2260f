using System.Management.Automation.Runspaces;
using LinuxMem.Engine.Processes;

namespace LinuxMem.PowerShell.Import;

/// <summary>
/// What the types of the module have beside their properties. The headings of the tables as names of properties (<c>mem_uss</c> for <c>MemUss</c>): hidden aliases, so that
/// nothing shows twice in CSV, JSON or Get-Member. And the properties that tell one object from another, and those to
/// show first.
/// </summary>
/// <remarks>They are added at import because a types.ps1xml cannot hide an alias.</remarks>
internal static class HeadingNames
{
    private static readonly string[] GroupProperties =
    [
        nameof(MemGroup.GroupName),
        nameof(MemGroup.MemRss),
        nameof(MemGroup.MemAnon),
        nameof(MemGroup.MemUss),
        nameof(MemGroup.MemPss),
        nameof(MemGroup.SwapAnon),
        nameof(MemGroup.SwapRss),
        nameof(MemGroup.SwapUss),
        nameof(MemGroup.ShmMem),
        nameof(MemGroup.ShmSwap),
        nameof(MemGroup.ShmUss),
        nameof(MemGroup.MemRssPercent),
        nameof(MemGroup.MemUssPercent),
        nameof(MemGroup.IsTotal),
    ];

    private static readonly string[] ProcessFigures =
    [
        nameof(MemProcess.MemRss),
        nameof(MemProcess.MemAnon),
        nameof(MemProcess.MemUss),
        nameof(MemProcess.MemPss),
        nameof(MemProcess.SwapAnon),
        nameof(MemProcess.SwapRss),
        nameof(MemProcess.SwapUss),
        nameof(MemProcess.ShmMem),
        nameof(MemProcess.ShmSwap),
        nameof(MemProcess.ShmUss),
        nameof(MemProcess.ShmIds),
        nameof(MemProcess.MemRssPercent),
        nameof(MemProcess.MemUssPercent),
    ];

    private static readonly string[] TmpfsProperties =
    [
        nameof(Tmpfs.MountPoint),
        nameof(Tmpfs.FsSize),
        nameof(Tmpfs.FsUsed),
        nameof(Tmpfs.FsFree),
        nameof(Tmpfs.UsedPercent),
        nameof(Tmpfs.InodesUsed),
        nameof(Tmpfs.IsUnlimited),
        nameof(Tmpfs.SharedWith),
    ];

    private static readonly string[] OracleProperties =
    [
        nameof(OracleInstance.LargePages),
        nameof(OracleInstance.PmonPid),
    ];

    /// <summary>The headings of what processes are, but for those that differ from the property's name in case only.</summary>
    private static readonly (string Heading, string Property)[] ProcessHeadings =
    [
        .. ProcessProperties.All.Where(property => !property.Heading.Equals(property.Name, StringComparison.OrdinalIgnoreCase)).Select(property => (property.Heading, property.Name)),
    ];

    private static readonly (string Heading, string Property)[] SegmentNames =
    [
        ("pages_4k", nameof(ShmSegment.Pages4k)),
        ("pages_2M", nameof(ShmSegment.Pages2M)),
        ("pages_1G", nameof(ShmSegment.Pages1G)),
        ("nattch", nameof(ShmSegment.Attached)),
        ("cpid", nameof(ShmSegment.CreatorPid)),
        ("lpid", nameof(ShmSegment.LastPid)),
        ("atime", nameof(ShmSegment.AttachTime)),
        ("dtime", nameof(ShmSegment.DetachTime)),
        ("ctime", nameof(ShmSegment.ChangeTime)),
        .. Headings([nameof(ShmSegment.UsedPercent), nameof(ShmSegment.AttachedPids), nameof(ShmSegment.PageSize)]),
    ];

    /// <summary>The extensions of all types, and of the forms that they come back in from other machines and jobs.</summary>
    public static IEnumerable<TypeData> TypeData() =>
    [
        .. Both(
            typeof(MemGroup),
            Headings(GroupProperties),
            [nameof(MemGroup.Report), nameof(MemGroup.GroupName)],
            [nameof(MemGroup.GroupName), nameof(MemGroup.Procs), nameof(MemGroup.MemRss), nameof(MemGroup.MemUss), nameof(MemGroup.SwapRss), nameof(MemGroup.ShmMem)]),
        .. Both(
            typeof(MemProcess),
            [.. ProcessHeadings, .. Headings(ProcessFigures)],
            [nameof(MemProcess.Id)],
            [nameof(MemProcess.Id), nameof(MemProcess.User), nameof(MemProcess.Comm), nameof(MemProcess.MemRss), nameof(MemProcess.MemUss), nameof(MemProcess.SwapRss)]),
        .. Both(
            typeof(Tmpfs),
            Headings(TmpfsProperties),
            [nameof(Tmpfs.MountPoint)],
            [nameof(Tmpfs.MountPoint), nameof(Tmpfs.FsSize), nameof(Tmpfs.FsUsed), nameof(Tmpfs.Status)]),
        .. Both(
            typeof(ShmSegment),
            SegmentNames,
            [nameof(ShmSegment.ShmId)],
            [nameof(ShmSegment.Key), nameof(ShmSegment.ShmId), nameof(ShmSegment.Size), nameof(ShmSegment.Rss), nameof(ShmSegment.Swap), nameof(ShmSegment.UsedPercent)]),
        .. Both(
            typeof(OracleInstance),
            Headings(OracleProperties),
            [nameof(OracleInstance.Sid), nameof(OracleInstance.PmonPid)],
            [nameof(OracleInstance.Sid), nameof(OracleInstance.Sga), nameof(OracleInstance.Pga), nameof(OracleInstance.Processes), nameof(OracleInstance.Status)]),
    ];

    private static (string Heading, string Property)[] Headings(string[] properties) =>
        Array.ConvertAll(properties, property => (Heading(property), property));

    private static IEnumerable<TypeData> Both(Type type, (string Heading, string Property)[] headings, string[] keys, string[] shown)
    {
        // Serialization writes aliases out as properties, hidden or not: it is told what to write.
        TypeData live = For(type.FullName!, headings, keys, shown);
        live.SerializationMethod = "SpecificProperties";
        live.PropertySerializationSet = new PropertySetData(type.GetProperties().Select(property => property.Name));
        yield return live;
        yield return For($"Deserialized.{type.FullName}", headings, keys, shown);
    }

    private static TypeData For(string type, (string Heading, string Property)[] headings, string[] keys, string[] shown)
    {
        var data = new TypeData(type)
        {
            // What Sort-Object and Compare-Object go by when nothing is said.
            DefaultKeyPropertySet = new PropertySetData(keys),
            DefaultDisplayPropertySet = new PropertySetData(shown),
        };
        foreach ((string heading, string property) in headings)
        {
            data.Members.Add(heading, new AliasPropertyData(heading, property) { IsHidden = true });
        }

        return data;
    }

    /// <summary><c>MemUss</c> becomes <c>mem_uss</c>.</summary>
    private static string Heading(string property) =>
        string.Concat(property.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : string.Empty) + char.ToLowerInvariant(c) : c.ToString()));
}
