using LinuxMem.Engine.Collections;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Collections;

/// <summary>Numbers that are chosen to have one hash have many: a table of them would be searched from end to end each time.</summary>
[Beside(Company.Everybody)]
public class KeyHashTests
{
    private const int Many = 1 << 12;

    /// <summary>The two halves of each number are the same, which .NET's hash of a number puts upon each other.</summary>
    private static IEnumerable<ulong> Halves => Enumerable.Range(0, Many).Select(i => (ulong)i * ((1UL << 32) + 1));

    /// <summary>Pairs of numbers that are all multiples of 2^58.</summary>
    private static IEnumerable<(ulong One, ulong Other)> Uppermost =>
        from one in Enumerable.Range(0, 64) from other in Enumerable.Range(0, 64) select ((ulong)one << 58, (ulong)other << 58);

    public static TheoryData<string, Func<ulong, object>> Numbers => new()
    {
        { "a number", number => new NumberKey(unchecked((long)number)) },
        { "segment", number => new SegmentId(0, number) },
        { "segment and size", number => new SizedId(number, 4096) },
        { "segment's file", number => new SegmentFile(new FileIdentity(0, 1, number, false, true), default) },
        { "segment's mark", number => new SegmentFile(default, new FileMark(number)) },
        { "attached segment", number => new AttachedSegment(new SegmentId(0, number), 4096) },
        { "object", number => new ObjectKey(1, number, false, default) },
        { "object's mark", number => new ObjectKey(1, 1, false, new FileMark(number, unchecked((long)number))) },
        { "recorded object", number => new RecordedObjects.Number(1, number, false) },
        { "holder of a recorded object", number => new RecordedObjects.Holding(new RecordedObjects.Number(1, number, false), 1) },
        { "mapping", number => new MappingIdentity(MappedKind.File, "/x", 1, number, null) },
        { "mapping of an object", number => new MappingIdentity(default, string.Empty, 0, 0, new ObjectKey(1, number, false, default)) },
        { "file", number => default(FileUsage) with { Identity = new FileIdentity(0, 1, number, false, true) } },
    };

    [Theory]
    [MemberData(nameof(Numbers), DisableDiscoveryEnumeration = true)]
    public void Numbers_of_equal_halves_have_many_hashes(string what, Func<ulong, object> key) => AssertMany(what, Halves.Select(number => key(number).GetHashCode()));

    [Fact]
    public void Numbers_by_themselves_have_many_hashes() => AssertMany("number", Halves.Select(NumberHash.Instance.GetHashCode));

    [Fact]
    public void Pairs_of_the_uppermost_bits_alone_have_many_hashes()
    {
        AssertMany("segment", Uppermost.Select(pair => new SegmentId(pair.One, pair.Other).GetHashCode()));
        AssertMany("attached", Uppermost.Select(pair => new AttachedSegment(new SegmentId(1, pair.One), 4096, null, pair.Other, pair.Other).GetHashCode()));
    }

    private static void AssertMany(string what, IEnumerable<int> hashes) => Assert.True(hashes.Distinct().Count() > Many * 9 / 10, what);
}
