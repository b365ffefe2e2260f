using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Frames;

/// <summary>The members of a set in one chunk after another, as a bitmap however the set keeps them.</summary>
internal sealed unsafe class ChunkBitmap : IDisposable
{
    private readonly FrameSet set;
    private readonly ulong* expanded;
    private FrameChunk listed;

    public ChunkBitmap(FrameSet set)
    {
        this.set = set;
        expanded = (ulong*)NativeMemory.AllocZeroed(FrameChunk.Words * sizeof(ulong));
        Words = expanded;
        IsEmpty = true;
    }

    /// <summary>A bit for each frame of the chunk.</summary>
    public ulong* Words { get; private set; }

    /// <summary>True when the set has nothing in the chunk.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Goes to another chunk.</summary>
    public void Load(long key)
    {
        ushort* numbers = listed.ListNumbers;
        for (int i = 0; i < listed.Count; i++)
        {
            expanded[numbers[i]] = 0;
        }

        listed = default;
        Words = expanded;
        ref FrameChunk chunk = ref set.Find(key);
        IsEmpty = Unsafe.IsNullRef(ref chunk);
        if (IsEmpty)
        {
            return;
        }

        if (chunk.IsBitmap)
        {
            Words = chunk.Bitmap;
            return;
        }

        listed = chunk;
        numbers = listed.ListNumbers;
        ulong* words = listed.ListWords;
        for (int i = 0; i < listed.Count; i++)
        {
            expanded[numbers[i]] = words[i];
        }
    }

    public void Dispose() => NativeMemory.Free(expanded);
}
