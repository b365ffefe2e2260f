using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>What a child has printed so far, up to a limit.</summary>
internal sealed class BoundedOutput(Pipe pipe)
{
    /// <summary>The most bytes of one output stream; no answer is longer.</summary>
    private const int MaxOutput = 64 * 1024;

    private readonly byte[] bytes = new byte[MaxOutput + 1];
    private int length;

    /// <summary>The descriptor to poll.</summary>
    public FileDescriptor Source => pipe.ReadEnd;

    /// <summary>True when more than the limit was printed.</summary>
    public bool IsTooMuch => length > MaxOutput;

    /// <summary>The bytes read so far.</summary>
    public string Text => SurrogateEscape.Decode(bytes.AsSpan(0, length));

    /// <summary>Reads what the pipe holds now.</summary>
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
