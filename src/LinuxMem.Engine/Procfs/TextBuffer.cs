using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// The buffer that a thread reads texts of processes through: a text as long as is kept, and room to read on. The system
/// gives memory only to the part of it that is used.
/// </summary>
internal static class TextBuffer
{
    private const int Piece = 64 << 10;

    [ThreadStatic]
    private static byte[]? buffer;

    /// <summary>The buffer of this thread; for one file at a time.</summary>
    public static byte[] ForThisThread => buffer ??= GC.AllocateUninitializedArray<byte>(BoundedText.MaxBytes + Piece);
}
