using System.Collections;

namespace LinuxMem.Engine.Collections;

/// <summary>A <see cref="HashSet{T}"/> of values, whose code comes compiled with the engine; see <see cref="StructTable{TKey, TValue}"/>.</summary>
internal sealed class StructSet<T> : IReadOnlyCollection<T>
    where T : struct, IEquatable<T>
{
    private readonly StructTable<T, bool> table = [];

    public int Count => table.Count;

    public bool Contains(T one) => table.ContainsKey(one);

    public bool Add(T one) => table.TryAdd(one, true);

    public bool Remove(T one) => table.Remove(one);

    public void Clear() => table.Clear();

    public IEnumerator<T> GetEnumerator()
    {
        foreach (KeyValue<T, bool> one in table)
        {
            yield return one.Key;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
