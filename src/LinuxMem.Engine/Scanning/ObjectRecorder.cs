using System.Text.Json;
using LinuxMem.Engine.Frames;
using LinuxMem.Engine.Paging;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Snapshots;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Scanning;

/// <summary>The shared memory objects of the processes that a snapshot has, with their holders.</summary>
internal sealed class ObjectRecorder
{
    private readonly ObjectCatalog catalog;
    private readonly OpenObjects open;
    private readonly List<string> leftOut = [];
    private readonly Dictionary<SharedObject, (List<int> Mapping, List<int> Open)> holders = [];

    public ObjectRecorder(Machine root, SegmentDevices segments)
    {
        Devices = root.FindMemoryDevices(segments);
        catalog = new ObjectCatalog(root, Devices, new MemoryBudget(long.MaxValue));
        open = new OpenObjects(catalog, root);
    }

    /// <summary>Says what could not be looked at, and what had no room.</summary>
    public IEnumerable<string> Warnings => new[] { catalog.Unseen.CutShortWarning }.OfType<string>().Concat(leftOut);

    /// <summary>Which devices are memory.</summary>
    public MemoryDevices? Devices { get; }

    /// <summary>Looks at what a process holds: mapped, and open. Several threads may.</summary>
    public (SharedObject[] Mapped, SharedObject[] Opened) Look(MemProcess process, in MachineFolder place, AddressSpace space) =>
        (catalog.Sight(process, place, space, new()), open.Sight(process, place));

    /// <summary>Keeps what a process holds; for one thread at a time.</summary>
    public void Commit(MemProcess process, SharedObject[] mapped, SharedObject[] opened)
    {
        Array.ForEach(mapped, one => HoldersOf(one).Mapping.Add(process.Id));
        foreach (SharedObject one in opened.Except(mapped))
        {
            HoldersOf(one).Open.Add(process.Id);
        }
    }

    /// <summary>
    /// Measures the objects, each once, and returns them: of more than have room (<see cref="SnapshotManifest.ObjectRoom"/>) each owner's
    /// largest. Null where nothing tells them.
    /// </summary>
    public RecordedObject[]? Record(CancellationToken cancellation)
    {
        if (Devices is null)
        {
            return null;
        }

        catalog.Measure(ResidenceMethod.Auto, 1, cancellation);
        HashSet<(uint, ulong)> twice = [.. holders.Keys.GroupBy(one => (one.Key.Minor, one.Key.Inode)).Where(same => same.Skip(1).Any()).Select(same => same.Key)];
        (uint Owner, RecordedObject Recorded)[] all =
        [
            .. holders.OrderByDescending(held => held.Key.Resident + held.Key.Swapped).Select(held => (held.Key.Usage.Uid, new RecordedObject
            {
                Minor = held.Key.Key.Minor,
                Inode = held.Key.Key.Inode,
                Segment = held.Key.Key.IsSegment ? Math.Max(1, held.Key.Usage.Made) : 0,
                Home = held.Key.Home,
                Path = BoundedText.Key(VisibleText.ForData(held.Key.Name)),
                IsMeasured = held.Key.IsMeasured,
                Size = (ulong)held.Key.Size,
                Bytes = (ulong)(held.Key.Resident + held.Key.Swapped),
                Resident = (ulong)held.Key.Resident,
                PageSize = (ulong)held.Key.PageSize,
                IsRemoved = held.Key.IsRemoved,
                Pids = held.Key.Key.IsSegment || twice.Contains((held.Key.Key.Minor, held.Key.Key.Inode)) ? [.. held.Value.Mapping] : [],
                OpenPids = [.. held.Value.Open],
            })),
        ];
        (List<(uint Owner, RecordedObject Recorded)> kept, List<(uint Owner, RecordedObject Recorded)> without) = FairShare.Of(
            all, one => one.Owner, one => JsonSerializer.SerializeToUtf8Bytes(one.Recorded, SnapshotManifestJson.Default.RecordedObject).Length + 1, SnapshotManifest.ObjectRoom);
        LeftOut.Tell(
            leftOut, without.Count, "shared memory objects", SnapshotManifest.ObjectRoom, $"the smallest {LeftOut.OfUsers(without.Select(one => (object?)one.Owner))}", "There, they count by page tables alone.");
        return [.. kept.Select(one => one.Recorded)];
    }

    private (List<int> Mapping, List<int> Open) HoldersOf(SharedObject one)
    {
        if (!holders.TryGetValue(one, out (List<int>, List<int>) found))
        {
            holders[one] = found = ([], []);
        }

        return found;
    }
}
