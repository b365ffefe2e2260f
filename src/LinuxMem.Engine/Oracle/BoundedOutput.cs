using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>What has been read of a child's output, up to what is no answer any more.</summary>
internal sealed class BoundedOutput(Pipe pipe)
{
    /// <summary>Bytes of one output stream, above which it is no answer.</summary>
    private const int MaxOutput = 64 * 1024;

    private readonly byte[] bytes = new byte[MaxOutput + 1];
    private int length;

    /// <summary>What to wait at.</summary>
    public FileDescriptor Source => pipe.ReadEnd;

    /// <summary>True when more has come than an answer has.</summary>
    public bool IsTooMuch => length > MaxOutput;

    /// <summary>What has come.</summary>
    public string Text => SurrogateEscape.Decode(bytes.AsSpan(0, length));

    /// <summary>Reads what is there.</summary>
    public void Read()
    {
        while (pipe.ReadEnd.IsOpen && !IsTooMuch)
        {
            int n = pipe.ReadEnd.Read(bytes.AsSpan(length));
            if (n == -Errno.EAGAIN)
            {
                return;
            }

            if (n <= 0)
            {
                pipe.CloseReadEnd();
                return;
            }

            length += n;
        }
    }
}
