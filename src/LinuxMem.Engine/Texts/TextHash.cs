using System.Numerics;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Texts;

/// <summary>
/// A hash of 64 bits over bytes that come in pieces of any length, the same on every machine. It tells apart long texts of
/// which only the beginning is kept; it is no protection against somebody who wants two of his own to look alike.
/// </summary>
internal struct TextHash()
{
    private ulong state = 0x9e3779b97f4a7c15;
    private ulong word;
    private int pending;

    /// <summary>Bytes added so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a piece.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (pending > 0 && !bytes.IsEmpty)
        {
            AddByte(bytes[0]);
            bytes = bytes[1..];
        }

        foreach (ulong whole in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            state = Mix(state, BitConverter.IsLittleEndian ? whole : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(whole));
        }

        foreach (byte left in bytes[(bytes.Length & ~7)..])
        {
            AddByte(left);
        }
    }

    /// <summary>The hash of what has been added.</summary>
    public readonly ulong Value => Mix(Mix(state, word), (ulong)Length);

    /// <summary>Multiplied to 128 bits, whose halves are folded.</summary>
    private static ulong Mix(ulong state, ulong word)
    {
        ulong high = Math.BigMul(state ^ word, 0xd6e8feb86659fd93, out ulong low);
        return BitOperations.RotateLeft(high ^ low, 23) + 0x9fb21c651e98df25;
    }

    private void AddByte(byte b)
    {
        word |= (ulong)b << (8 * pending);
        if (++pending == sizeof(ulong))
        {
            state = Mix(state, word);
            word = 0;
            pending = 0;
        }
    }
}
