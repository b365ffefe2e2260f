using System.Diagnostics.CodeAnalysis;

namespace LinuxMem.Engine.Collections;

/// <summary>
/// What of <c>ConcurrentDictionary</c> is used, with keys that are values: read without a lock, written behind one, nothing removed. Its
/// code comes compiled with the engine; that of .NET's is compiled in each process, once for each kind of key (docs/how-the-scan-works.md).
/// </summary>
internal sealed class SharedTable<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
{
    private readonly Lock gate = new();
    private Node?[] buckets = new Node?[4];
    private int count;

    public int Count => Volatile.Read(ref count);

    public bool IsEmpty => Count == 0;

    /// <summary>All values at the moment.</summary>
    public ICollection<TValue> Values
    {
        get
        {
            var values = new List<TValue>(Count);
            foreach (Node? first in Volatile.Read(ref buckets))
            {
                for (Node? node = first; node is not null; node = node.Next)
                {
                    values.Add(node.Value);
                }
            }

            return values;
        }
    }

    /// <summary>All that it holds at the moment.</summary>
    public KeyValue<TKey, TValue>[] All
    {
        get
        {
            var all = new StructList<KeyValue<TKey, TValue>>(Count);
            foreach (Node? first in Volatile.Read(ref buckets))
            {
                for (Node? node = first; node is not null; node = node.Next)
                {
                    all.Add(new KeyValue<TKey, TValue>(node.Key, node.Value));
                }
            }

            return all.ToArray();
        }
    }

    public TValue this[TKey key]
    {
        set
        {
            lock (gate)
            {
                Set(key, value);
            }
        }
    }

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        Node?[] all = Volatile.Read(ref buckets);
        for (Node? node = Volatile.Read(ref all[Bucket(key, all)]); node is not null; node = node.Next)
        {
            if (node.Key.Equals(key))
            {
                value = node.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool ContainsKey(TKey key) => TryGetValue(key, out _);

    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out TValue? value) ? value : default;

    public bool TryAdd(TKey key, TValue value)
    {
        lock (gate)
        {
            if (ContainsKey(key))
            {
                return false;
            }

            Set(key, value);
            return true;
        }
    }

    /// <summary>The value of a key; where it had none it is <paramref name="value"/> from now on.</summary>
    public TValue GetOrAdd(TKey key, TValue value)
    {
        lock (gate)
        {
            if (!TryGetValue(key, out TValue? known))
            {
                Set(key, known = value);
            }

            return known;
        }
    }

    /// <summary>The same with a value that is made where there is none: maybe by several threads at once, of which one's is kept.</summary>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make) => TryGetValue(key, out TValue? value) ? value : GetOrAdd(key, make(key));

    private static int Bucket(TKey key, Node?[] buckets) => KeyHash.Bucket(key.GetHashCode(), buckets.Length);

    // Whoever reads meanwhile finds the old list or the new one: a node's key and value never change.
    private void Set(TKey key, TValue value)
    {
        Node? before = null;
        int bucket = Bucket(key, buckets);
        for (Node? node = buckets[bucket]; node is not null; before = node, node = node.Next)
        {
            if (!node.Key.Equals(key))
            {
                continue;
            }

            var changed = new Node(key, value, node.Next);
            if (before is null)
            {
                Volatile.Write(ref buckets[bucket], changed);
            }
            else
            {
                before.Next = changed;
            }

            return;
        }

        if (count == buckets.Length)
        {
            Grow();
            bucket = Bucket(key, buckets);
        }

        Volatile.Write(ref buckets[bucket], new Node(key, value, buckets[bucket]));
        Volatile.Write(ref count, count + 1);
    }

    private void Grow()
    {
        var grown = new Node?[buckets.Length * 2];
        foreach (Node? first in buckets)
        {
            for (Node? node = first; node is not null; node = node.Next)
            {
                ref Node? bucket = ref grown[Bucket(node.Key, grown)];
                bucket = new Node(node.Key, node.Value, bucket);
            }
        }

        Volatile.Write(ref buckets, grown);
    }

    private sealed class Node(TKey key, TValue value, Node? next)
    {
        private Node? next = next;

        public TKey Key => key;

        public TValue Value => value;

        public Node? Next
        {
            get => Volatile.Read(ref next);
            set => Volatile.Write(ref next, value);
        }
    }
}
