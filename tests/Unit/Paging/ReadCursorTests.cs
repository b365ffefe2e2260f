using LinuxMem.Engine.Paging;

namespace LinuxMem.Unit.Paging;

[Beside(Company.Everybody)]
public class ReadCursorTests
{
    private const ulong Step = 1 << 21;

    [Fact]
    public void Halves_cover_everything_once()
    {
        Mapping[] mappings =
        [
            new() { Start = 0x1000, End = 0x3000, Populated = Mapping.Unknown },
            new() { Start = 100 * Step, End = 200 * Step, Populated = Mapping.Unknown },
            new() { Start = 200 * Step, End = 900 * Step, Kind = MappingKind.Skipped },
            new() { Start = 900 * Step, End = 950 * Step + 0x1000, Populated = Mapping.Unknown },
            new() { Start = 1000 * Step, End = 1100 * Step, Populated = 5 },
        ];
        var pending = new Stack<ReadCursor>([ReadCursor.Whole(isDense: false)]);
        var covered = new List<(ulong Start, ulong End)>();
        while (pending.TryPop(out ReadCursor cursor))
        {
            while (cursor.TrySplit(mappings, Step, out ReadCursor other))
            {
                pending.Push(other);
            }

            while (cursor.MoveToReadable(mappings))
            {
                ulong end = Math.Min(mappings[cursor.Index].End, cursor.Stop);
                Assert.True(cursor.Address < end);
                covered.Add((cursor.Address, end));
                cursor.Address = end;
            }
        }

        covered.Sort();
        for (int i = 1; i < covered.Count; i++)
        {
            Assert.True(covered[i].Start >= covered[i - 1].End);
        }

        ulong expected = mappings.Where(m => m.Kind != MappingKind.Skipped).Aggregate(0UL, (sum, m) => sum + (m.End - m.Start));
        Assert.Equal(expected, covered.Aggregate(0UL, (sum, c) => sum + (c.End - c.Start)));
        Assert.Contains((1000 * Step, 1100 * Step), covered);
        Assert.True(covered.Count > 10, "large mappings were cut");
    }

    [Fact]
    public void A_cut_never_falls_into_mappings_before_it()
    {
        // Small mappings side by side, none of them at a multiple of the granularity.
        Mapping[] mappings = Enumerable.Range(0, 600).Select(i => new Mapping
        {
            Start = 0x7000_0012_3000 + ((ulong)i * 600 * 1024),
            End = 0x7000_0012_3000 + ((ulong)(i + 1) * 600 * 1024),
            Kind = i % 2 == 0 ? MappingKind.Private : MappingKind.Shared,
            Populated = Mapping.Unknown,
        }).ToArray();
        var pending = new Stack<ReadCursor>([ReadCursor.Whole(isDense: false)]);
        ulong covered = 0;
        while (pending.TryPop(out ReadCursor cursor))
        {
            while (cursor.TrySplit(mappings, Step, out ReadCursor other))
            {
                pending.Push(other);
            }

            while (cursor.MoveToReadable(mappings))
            {
                ulong end = Math.Min(mappings[cursor.Index].End, cursor.Stop);
                covered += end - cursor.Address;
                cursor.Address = end;
            }
        }

        Assert.Equal(600UL * 600 * 1024, covered);
    }
}
