using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace LinuxMem.Engine.Collections;

/// <summary>
/// A <see cref="List{T}"/> of values, which also serves as a stack. Its code comes compiled with the engine; that of .NET's list is
/// compiled in each process, once for each kind of value (docs/how-the-scan-works.md). Not held to values by a constraint: with one, code
/// for plain numbers would not come compiled.
/// </summary>
internal sealed class StructList<T>(int capacity = 0) : IReadOnlyList<T>
{
    // Not []: that calls code of .NET, which is compiled for each kind of value.
    private static readonly T[] None = new T[0];

    private T[] items = capacity == 0 ? None : new T[capacity];

    public int Count { get; private set; }

    public T this[int index]
    {
        get => index < Count ? items[index] : throw new ArgumentOutOfRangeException(nameof(index));
        set => items[index < Count ? index : throw new ArgumentOutOfRangeException(nameof(index))] = value;
    }

    public void Add(T item)
    {
        if (Count == items.Length)
        {
            var grown = new T[Math.Max(4, items.Length * 2)];
            Array.Copy(items, grown, Count);
            items = grown;
        }

        items[Count++] = item;
    }

    /// <summary>Takes the last one off the list; false when there is none.</summary>
    public bool TryPop([MaybeNullWhen(false)] out T item)
    {
        if (Count == 0)
        {
            item = default;
            return false;
        }

        item = items[--Count];
        items[Count] = default!;
        return true;
    }

    public void Clear()
    {
        Array.Clear(items, 0, Count);
        Count = 0;
    }

    /// <summary>Gives back what it has room for and does not hold.</summary>
    public void TrimExcess() => items = ToArray();

    public T[] ToArray()
    {
        if (Count == 0)
        {
            return None;
        }

        var copy = new T[Count];
        Array.Copy(items, copy, Count);
        return copy;
    }

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<T> IEnumerable<T>.GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return items[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    internal struct Enumerator(StructList<T> list)
    {
        private int next;

        public readonly T Current => list.items[next - 1];

        public bool MoveNext() => next++ < list.Count;
    }
}
