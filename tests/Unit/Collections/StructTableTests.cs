using LinuxMem.Engine.Collections;

namespace LinuxMem.Unit.Collections;

/// <summary>The engine's own collections of values do what those of .NET do.</summary>
[Beside(Company.Everybody)]
public class StructTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_table_holds_what_a_dictionary_holds(int seed)
    {
        var random = new Random(seed);
        var table = new StructTable<NumberKey, int>();
        var dictionary = new Dictionary<long, int>();
        for (int i = 0; i < 20_000; i++)
        {
            // Few keys, so that they are met again, and such as differ in their upper bits only.
            long key = ((long)random.Next(300) << random.Next(0, 50)) - 100;
            switch (random.Next(6))
            {
                case 0:
                    Assert.Equal(dictionary.Remove(key), table.Remove(key));
                    break;
                case 1:
                    Assert.Equal(dictionary.TryAdd(key, i), table.TryAdd(key, i));
                    break;
                case 2:
                    table.Ref(key, out bool isKnown) += 1;
                    Assert.Equal(dictionary.ContainsKey(key), isKnown);
                    dictionary[key] = dictionary.GetValueOrDefault(key) + 1;
                    break;
                case 3 when random.Next(2000) == 0:
                    table.Clear();
                    table.TrimExcess();
                    dictionary.Clear();
                    break;
                default:
                    table[key] = i;
                    dictionary[key] = i;
                    break;
            }

            Assert.Equal(dictionary.Count, table.Count);
            Assert.Equal(dictionary.TryGetValue(key, out int expected), table.TryGetValue(key, out int found));
            Assert.Equal(expected, found);
        }

        Assert.Equal(dictionary.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), Held(table).Order());
    }

    [Fact]
    public void What_was_only_added_comes_in_its_order()
    {
        StructTable<NumberKey, string> table = new();
        for (int i = 100; i > 0; i--)
        {
            table[i] = $"{i}";
        }

        Assert.Equal(Enumerable.Range(1, 100).Reverse().Select(i => ((long)i, $"{i}")), Held(table));
        Assert.Throws<KeyNotFoundException>(() => table[0]);
    }

    [Fact]
    public void A_set_has_each_once()
    {
        StructSet<NumberKey> set = new();
        Assert.True(set.Add(7));
        Assert.False(set.Add(7L));
        Assert.True(set.Add(ulong.MaxValue));
        Assert.True(set.Remove(7U));
        Assert.False(set.Contains(7));
        Assert.Equal([-1], set.ToArray().Select(one => one.Value));
        set.Clear();
        Assert.Equal(0, set.Count);
    }

    [Fact]
    public void A_list_is_a_stack_too()
    {
        StructList<long> list = [];
        Assert.False(list.TryPop(out _));
        for (int i = 0; i < 100; i++)
        {
            list.Add(i);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), list);
        Assert.Equal(list, list.ToArray());
        Assert.True(list.TryPop(out long last));
        Assert.Equal(99, last);
        Assert.Equal(99, list.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[99]);
        list.Clear();
        list.TrimExcess();
        Assert.Empty(list.ToArray());
    }

    [Fact]
    public void A_shared_table_is_read_while_it_is_written()
    {
        const int Keys = 20_000;
        var table = new SharedTable<NumberKey, string>();
        int added = 0, wrong = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, _ =>
        {
            for (int key = 0; key < Keys; key++)
            {
                if (table.TryAdd(key, $"{key}"))
                {
                    Interlocked.Increment(ref added);
                }

                // What is there once stays there, however the table grows.
                int before = key / 2;
                if (!table.TryGetValue(before, out string? value) || value != $"{before}" || table.GetOrAdd(before, "another") != value)
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        });

        Assert.Equal(0, wrong);
        Assert.Equal(Keys, added);
        Assert.Equal(Keys, table.Count);
        Assert.Equal(Enumerable.Range(0, Keys), table.All.Select(pair => (int)pair.Key.Value).Order());
        table[5] = "five";
        Assert.Equal("five", table.GetValueOrDefault(5));
        Assert.Equal(Keys, table.Values.Count);
        Assert.Equal("new", table.GetOrAdd(-1, key => "new"));
        Assert.False(table.ContainsKey(-2));
    }

    private static List<(long Key, T Value)> Held<T>(StructTable<NumberKey, T> table)
    {
        var held = new List<(long, T)>();
        foreach ((NumberKey key, T value) in table)
        {
            held.Add((key.Value, value));
        }

        return held;
    }
}
