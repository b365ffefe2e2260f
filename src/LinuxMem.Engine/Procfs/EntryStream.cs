using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// Reads the entries of a file that end with NUL (<c>environ</c>) through one buffer, so that memory depends neither on
/// their number nor on their length.
/// </summary>
/// <param name="file">The file; the caller closes it.</param>
/// <param name="buffer">What it is read into (<see cref="TextBuffer"/>).</param>
internal ref struct EntryStream(OpenedFile file, byte[] buffer)
{
    private readonly OpenedFile file = file;
    private readonly byte[] buffer = buffer;
    private TextHash whole;
    private long position;
    private int start;
    private int end;
    private bool finished;

    /// <summary>The error number of a failed read; else 0.</summary>
    public int Error { get; private set; }

    /// <summary>Bytes read so far: 0 at the end of an empty file, as those of a process that has ended are.</summary>
    public readonly int Length => (int)position;

    /// <summary>True when the file goes on behind what is read of it (<see cref="FileBounds.Texts"/>).</summary>
    public bool IsCut { get; private set; }

    /// <summary>True when the entry read last is longer than what <see cref="TryNext"/> gave of it.</summary>
    public bool IsLong { get; private set; }

    /// <summary>Length and hash of the entry read last, when it is long.</summary>
    public readonly TextHash Whole => whole;

    /// <summary>True when the entry read last may go on behind what was read.</summary>
    public readonly bool IsUnfinished => IsCut && start == end;

    /// <summary>
    /// Reads the next entry, or its first <see cref="BoundedText.MaxBytes"/>, without its NUL; false at the end and after an
    /// error.
    /// </summary>
    public bool TryNext(out ReadOnlySpan<byte> entry)
    {
        IsLong = false;
        while (true)
        {
            ReadOnlySpan<byte> unread = buffer.AsSpan(start, end - start);
            int nul = unread.IndexOf((byte)0);
            if (nul >= 0 || finished)
            {
                entry = nul < 0 ? unread : unread[..nul];
                start = nul < 0 ? end : start + nul + 1;
                if (entry.Length > BoundedText.MaxBytes || (nul < 0 && IsCut))
                {
                    Begin(entry);
                    entry = entry[..Math.Min(entry.Length, BoundedText.MaxBytes)];
                }

                return nul >= 0 || !entry.IsEmpty;
            }

            if (unread.Length > BoundedText.MaxBytes)
            {
                entry = ReadLong();
                return Error == 0;
            }

            unread.CopyTo(buffer);
            (start, end) = (0, unread.Length);
            end += Fill(buffer.AsSpan(end));
        }
    }

    /// <summary>Reads an entry to its end, keeping its beginning at the front of the buffer.</summary>
    private ReadOnlySpan<byte> ReadLong()
    {
        ReadOnlySpan<byte> unread = buffer.AsSpan(start, end - start);
        Begin(unread);
        unread[..BoundedText.MaxBytes].CopyTo(buffer);
        while (true)
        {
            start = end = BoundedText.MaxBytes;
            end += Fill(buffer.AsSpan(end));
            ReadOnlySpan<byte> piece = buffer.AsSpan(start, end - start);
            int nul = piece.IndexOf((byte)0);
            whole.Add(nul < 0 ? piece : piece[..nul]);
            start = nul < 0 ? end : start + nul + 1;
            if (nul >= 0 || finished)
            {
                return buffer.AsSpan(0, BoundedText.MaxBytes);
            }
        }
    }

    private void Begin(scoped ReadOnlySpan<byte> entry)
    {
        IsLong = true;
        whole = new TextHash();
        whole.Add(entry);
    }

    private int Fill(Span<byte> room)
    {
        int n = position > FileBounds.Texts ? 0 : file.ReadAt(room, position);
        if (n <= 0)
        {
            Error = -n;
            IsCut = position > FileBounds.Texts;
            finished = true;
            return 0;
        }

        position += n;
        return n;
    }
}
