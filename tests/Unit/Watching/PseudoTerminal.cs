using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Command = LinuxMem.Unit.Staging.Command;

namespace LinuxMem.Unit.Watching;

/// <summary>A program on a pseudo-terminal of its own: what it shows, keys, and another size.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int O_RDWR = 2;
    private const int O_NOCTTY = 0x100;
    private const int O_CLOEXEC = 0x80000;
    private const uint TIOCGPTN = 0x80045430;
    private const uint TIOCSPTLCK = 0x40045431;
    private const uint TIOCSWINSZ = 0x5414;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly int master;
    private readonly Process process;
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Starts a program.</summary>
    /// <param name="columns">The columns of the terminal.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="words">The program and its arguments.</param>
    public PseudoTerminal(int columns, int rows, IEnumerable<string> words)
    {
        Assert.SkipUnless(Command.Exists("setsid") && Command.Exists("stty") && File.Exists("/dev/ptmx"), "Not tested: there is no setsid(1), stty(1) or /dev/ptmx.");
        Screen = new ScreenModel(columns, rows);
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
        int number = 0;
        int unlock = 0;
        Assert.True(master >= 0 && ioctl(master, TIOCSPTLCK, ref unlock) == 0 && ioctl(master, TIOCGPTN, ref number) == 0, "No pseudo-terminal can be made.");
        Resize(columns, rows);

        // The settings of the terminal after the program has ended, and its exit code, come after a mark.
        string program = string.Join(' ', words.Select(word => $"'{word}'"));
        string script = $"trap : INT; before=$(stty -g); {program}; code=$?; after=$(stty -g); [ \"$before\" = \"$after\" ] && same=restored || same=changed; echo; echo \"END $code $same\"";
        var start = new ProcessStartInfo("sh", ["-c", "exec setsid --ctty --wait sh -c \"$1\" <\"$2\" >\"$2\" 2>/dev/null", "sh", script, $"/dev/pts/{number}"]) { WorkingDirectory = "/" };
        process = Process.Start(start)!;
    }

    public ScreenModel Screen { get; }

    /// <summary>The line after its end: exit code, and whether the terminal's settings are those from before; null while it runs.</summary>
    public string? End => Screen.IsAlternate ? null : Screen.Lines.FirstOrDefault(line => line.StartsWith("END ", StringComparison.Ordinal));

    /// <summary>The process that has the terminal.</summary>
    public int SessionLeader => process.Id;

    public void Type(string keys)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(keys);
        Assert.Equal(bytes.Length, (int)write(master, bytes, (nuint)bytes.Length));
    }

    public void Resize(int columns, int rows)
    {
        var size = new Size { Rows = (ushort)rows, Columns = (ushort)columns };
        Assert.Equal(0, SetSize(master, TIOCSWINSZ, ref size));
        Screen.Resize(columns, rows);
    }

    /// <summary>Reads until the screen shows what is waited for, between two frames.</summary>
    public void WaitUntil(string what, Func<ScreenModel, bool> isThere)
    {
        var clock = Stopwatch.StartNew();
        while (Screen.IsInFrame || !isThere(Screen))
        {
            if (clock.Elapsed > Patience)
            {
                Assert.Fail($"Waited in vain: {what}. The screen:\n{string.Join('\n', Screen.Lines)}");
            }

            Read(100);
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        process.Dispose();
        _ = close(master);
    }

    private void Read(int milliseconds)
    {
        var entry = new PollEntry { FileDescriptor = master, Events = 1 };
        if (poll(ref entry, 1, milliseconds) <= 0)
        {
            return;
        }

        byte[] bytes = new byte[1 << 16];
        nint read = PseudoTerminal.read(master, bytes, (nuint)bytes.Length);
        if (read <= 0)
        {
            Thread.Sleep(10);
            return;
        }

        char[] letters = new char[read + 1];
        Screen.Write(new string(letters, 0, decoder.GetChars(bytes, 0, (int)read, letters, 0)));
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, ref int value);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int SetSize(int fd, nuint request, ref Size size);

    [LibraryImport("libc")]
    private static partial nint read(int fd, byte[] buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int fd, byte[] buffer, nuint count);

    [LibraryImport("libc")]
    private static partial int poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int FileDescriptor;
        public short Events;
        public short Returned;
    }
}
