namespace LinuxMem.Engine.Collections;

/// <summary>A <see cref="HashSet{T}"/> of values, whose code comes compiled with the engine; see <see cref="StructTable{TKey, TValue}"/>.</summary>
internal sealed class StructSet<T>
    where T : struct, IEquatable<T>
{
    private readonly StructTable<T, bool> table = new();

    public int Count => table.Count;

    public bool Contains(T one) => table.ContainsKey(one);

    public bool Add(T one) => table.TryAdd(one, true);

    public bool Remove(T one) => table.Remove(one);

    public void Clear() => table.Clear();

    public T[] ToArray()
    {
        var all = new StructList<T>(Count);
        foreach (T one in this)
        {
            all.Add(one);
        }

        return all.ToArray();
    }

    public Enumerator GetEnumerator() => new(table.GetEnumerator());

    internal struct Enumerator(StructTable<T, bool>.Enumerator all)
    {
        private StructTable<T, bool>.Enumerator all = all;

        public readonly T Current => all.Current.Key;

        public bool MoveNext() => all.MoveNext();
    }
}
