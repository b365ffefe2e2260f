using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>ioctl(TIOCGWINSZ): the size of a terminal.</summary>
public static partial class TerminalSize
{
    private const int STDOUT_FILENO = 1;

    [CName("TIOCGWINSZ")]
    private const uint TIOCGWINSZ = 0x5413;

    /// <summary>The columns of the terminal that standard output is; null when it is none, or does not tell.</summary>
    public static int? OutputColumns() => ioctl(STDOUT_FILENO, TIOCGWINSZ, out Size size) == 0 && size.Columns > 0 ? size.Columns : null;

    /// <summary>The columns and rows of the terminal that standard output is; null when it is none, or does not tell.</summary>
    internal static (int Columns, int Rows)? Output() =>
        ioctl(STDOUT_FILENO, TIOCGWINSZ, out Size size) == 0 && size.Columns > 0 && size.Rows > 0 ? (size.Columns, size.Rows) : null;

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, out Size size);

    [CName("struct winsize")]
    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        [CName("ws_row")]
        public ushort Rows;

        [CName("ws_col")]
        public ushort Columns;

        [CName("ws_xpixel")]
        public ushort Width;

        [CName("ws_ypixel")]
        public ushort Height;
    }
}
