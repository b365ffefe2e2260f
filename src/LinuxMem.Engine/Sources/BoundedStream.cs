namespace LinuxMem.Engine.Sources;

/// <summary>Lets through only so many bytes at a time, so that a damaged header does not make its reader gather the whole archive.</summary>
internal sealed class BoundedStream(Stream inner) : Stream
{
    private long left;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    /// <summary>Bytes read so far.</summary>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public void Allow(long bytes) => left = bytes;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (left <= 0 && buffer.Length > 0)
        {
            throw new DamagedArchiveException("its headers are too long.");
        }

        int n = inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        left -= n;
        position += n;
        return n;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
