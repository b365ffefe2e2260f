using System.Diagnostics.CodeAnalysis;

namespace LinuxMem.Engine.Collections;

/// <summary>
/// A <see cref="Dictionary{TKey, TValue}"/> whose keys are values. Its code comes compiled with the engine; that of .NET's is compiled in
/// each process, once for each kind of key (docs/how-the-scan-works.md). In the order in which keys were added, but for what takes the
/// place of one removed. Keys that are plain numbers: <see cref="NumberKey"/>. It implements no interface, because each of them would be
/// one more type that is made in each process, for each kind of key and value.
/// </summary>
internal sealed class StructTable<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
{
    private const int Smallest = 4;

    // Not []: that calls code of .NET, which is compiled for each kind of entry.
    private static readonly int[] NoBuckets = new int[0];
    private static readonly Entry[] NoEntries = new Entry[0];

    // For each bucket the number of its first entry, from 1; 0 for none.
    private int[] buckets = NoBuckets;
    private Entry[] entries = NoEntries;
    private int used;
    private int firstFree;
    private int free;

    public int Count => used - free;

    public TValue this[TKey key]
    {
        get => TryGetValue(key, out TValue? value) ? value : throw new KeyNotFoundException($"There is no {key}.");
        set => Ref(key, out _) = value;
    }

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        int place = Find(key);
        value = place == 0 ? default : entries[place - 1].Value;
        return place != 0;
    }

    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out TValue? value) ? value : default;

    public bool ContainsKey(TKey key) => Find(key) != 0;

    public bool TryAdd(TKey key, TValue value)
    {
        ref TValue? place = ref Ref(key, out bool isKnown);
        if (!isKnown)
        {
            place = value;
        }

        return !isKnown;
    }

    /// <summary>The place of a key's value, which is made where there is none. Until something else is added.</summary>
    public ref TValue? Ref(TKey key, out bool isKnown)
    {
        int place = Find(key);
        isKnown = place != 0;
        place = isKnown ? place : Enter(key);
        return ref entries[place - 1].Value;
    }

    public bool Remove(TKey key)
    {
        if (Count == 0)
        {
            return false;
        }

        for (ref int next = ref buckets[Bucket(key)]; next != 0; next = ref entries[next - 1].Next)
        {
            ref Entry entry = ref entries[next - 1];
            if (entry.Key.Equals(key))
            {
                int place = next;
                next = entry.Next;
                entry = new Entry { Next = firstFree, IsFree = true };
                firstFree = place;
                free++;
                return true;
            }
        }

        return false;
    }

    public void Clear()
    {
        if (used == 0)
        {
            return;
        }

        Array.Clear(buckets);
        Array.Clear(entries, 0, used);
        used = firstFree = free = 0;
    }

    /// <summary>Gives back what it has room for; only an empty one has any.</summary>
    public void TrimExcess()
    {
        if (Count == 0)
        {
            buckets = NoBuckets;
            entries = NoEntries;
            used = firstFree = free = 0;
        }
    }

    public Enumerator GetEnumerator() => new(this);

    private int Bucket(TKey key) => KeyHash.Bucket(key.GetHashCode(), buckets.Length);

    private int Find(TKey key)
    {
        if (used > 0)
        {
            for (int next = buckets[Bucket(key)]; next != 0; next = entries[next - 1].Next)
            {
                if (entries[next - 1].Key.Equals(key))
                {
                    return next;
                }
            }
        }

        return 0;
    }

    private int Enter(TKey key)
    {
        int place = firstFree;
        if (place != 0)
        {
            firstFree = entries[place - 1].Next;
            free--;
        }
        else
        {
            if (used == entries.Length)
            {
                Grow();
            }

            place = ++used;
        }

        ref int bucket = ref buckets[Bucket(key)];
        entries[place - 1] = new Entry { Key = key, Next = bucket };
        bucket = place;
        return place;
    }

    private void Grow()
    {
        var grown = new Entry[Math.Max(Smallest, entries.Length * 2)];
        Array.Copy(entries, grown, used);
        entries = grown;
        buckets = new int[entries.Length];
        for (int i = 0; i < used; i++)
        {
            ref int bucket = ref buckets[Bucket(entries[i].Key)];
            entries[i].Next = bucket;
            bucket = i + 1;
        }
    }

    internal struct Enumerator(StructTable<TKey, TValue> table)
    {
        private int next;

        public readonly KeyValue<TKey, TValue> Current => new(table.entries[next - 1].Key, table.entries[next - 1].Value!);

        public bool MoveNext()
        {
            while (next < table.used)
            {
                if (!table.entries[next++].IsFree)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private struct Entry
    {
        public TKey Key;
        public TValue? Value;

        /// <summary>The number of the next one in its bucket, or of the next free one; 0 for none.</summary>
        public int Next;

        public bool IsFree;
    }
}

/// <summary>A key and its value.</summary>
internal readonly struct KeyValue<TKey, TValue>(TKey key, TValue value)
{
    public TKey Key => key;

    public TValue Value => value;

    public void Deconstruct(out TKey itsKey, out TValue itsValue) => (itsKey, itsValue) = (Key, Value);
}
