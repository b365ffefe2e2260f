using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>
/// tcgetattr(3) and tcsetattr(3) on standard input: keys come one by one and are not shown, until it is disposed. Ctrl+C still is a signal;
/// Ctrl+Z is not, because it would leave the screen as it is.
/// </summary>
internal sealed partial class Termios : IDisposable
{
    private const int STDIN_FILENO = 0;

    [CName("ICANON")]
    private const uint ICANON = 2;

    [CName("ECHO")]
    private const uint ECHO = 8;

    [CName("IEXTEN")]
    private const uint IEXTEN = 0x8000;

    [CName("IXON")]
    private const uint IXON = 0x400;

    [CName("VTIME")]
    private const int VTIME = 5;

    [CName("VMIN")]
    private const int VMIN = 6;

    [CName("VSUSP")]
    private const int VSUSP = 10;

    [CName("TCSANOW")]
    private const int TCSANOW = 0;

    [CName("TCSAFLUSH")]
    private const int TCSAFLUSH = 2;

    private readonly Settings before;
    private bool isRestored;

    private Termios(Settings before) => this.before = before;

    /// <summary>Sets the terminal that standard input is; null when it is none.</summary>
    public static Termios? Begin()
    {
        if (tcgetattr(STDIN_FILENO, out Settings before) != 0)
        {
            return null;
        }

        Settings keys = before;
        keys.LocalModes &= ~(ICANON | ECHO | IEXTEN);
        keys.InputModes &= ~IXON;
        keys.Characters[VMIN] = 0;
        keys.Characters[VTIME] = 0;
        keys.Characters[VSUSP] = 0;
        return tcsetattr(STDIN_FILENO, TCSANOW, in keys) == 0 ? new Termios(before) : null;
    }

    /// <summary>Reads what has been typed.</summary>
    /// <param name="buffer">Takes it.</param>
    /// <param name="milliseconds">How long to wait for it.</param>
    /// <returns>How many bytes; 0 for none yet; below 0 when the terminal is gone.</returns>
    public static int Read(Span<byte> buffer, int milliseconds)
    {
        if (!Poll.ForReading(milliseconds, STDIN_FILENO))
        {
            // Nothing, or a signal.
            return 0;
        }

        int read = new FileDescriptor(STDIN_FILENO).Read(buffer);

        // A terminal of which poll says that it can be read, and which has nothing, has been hung up.
        return read == 0 ? -Errno.EBADF : read;
    }

    /// <summary>Puts the terminal back as it was; what has been typed and not read is dropped.</summary>
    public void Dispose()
    {
        if (!isRestored)
        {
            isRestored = true;
            _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, in before);
        }
    }

    [LibraryImport("libc")]
    private static partial int tcgetattr(int fd, out Settings settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int fd, int actions, in Settings settings);

    [CName("struct termios")]
    [StructLayout(LayoutKind.Sequential)]
    private struct Settings
    {
        [CName("c_iflag")]
        public uint InputModes;

        [CName("c_oflag")]
        public uint OutputModes;

        [CName("c_cflag")]
        public uint ControlModes;

        [CName("c_lflag")]
        public uint LocalModes;

        [CName("c_line")]
        public byte Discipline;

        [CName("c_cc")]
        public ControlCharacters Characters;

        [CName("c_ispeed")]
        public uint InputSpeed;

        [CName("c_ospeed")]
        public uint OutputSpeed;
    }

    [InlineArray(32)]
    private struct ControlCharacters
    {
        private byte first;
    }
}
