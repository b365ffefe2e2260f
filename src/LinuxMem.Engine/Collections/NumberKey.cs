namespace LinuxMem.Engine.Collections;

/// <summary>
/// Any whole number as the key of a table. One kind of key for all of them; and code for keys that are plain numbers would not come
/// compiled, because the tables ask more of their keys than that they are values.
/// </summary>
internal readonly struct NumberKey(long value) : IEquatable<NumberKey>
{
    public long Value => value;

    public static implicit operator NumberKey(int number) => new(number);

    public static implicit operator NumberKey(uint number) => new(number);

    public static implicit operator NumberKey(long number) => new(number);

    public static implicit operator NumberKey(ulong number) => new((long)number);

    public bool Equals(NumberKey other) => Value == other.Value;

    public override bool Equals(object? obj) => obj is NumberKey other && Equals(other);

    public override int GetHashCode() => KeyHash.Of((ulong)Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
