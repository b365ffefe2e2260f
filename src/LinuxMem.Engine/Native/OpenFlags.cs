using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>The flags of open(2). Makes no call: lies here for the files that do, to have each number once.</summary>
internal static class OpenFlags
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_NONBLOCK = 0x800;
    public const int O_NOATIME = 0x40000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    // Arm and Power have numbers of their own for these.
    public static readonly int O_DIRECTORY = IsArmOrPower ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = IsArmOrPower ? 0x8000 : 0x20000;
    public static readonly int O_TMPFILE = 0x400000 | O_DIRECTORY;

    private static bool IsArmOrPower =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le;
}
