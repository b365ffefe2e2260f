using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>mmap(2) and munmap(2), on the engine's own address space.</summary>
internal static partial class Mmap
{
    public const int PROT_NONE = 0;
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 0x01;
    public const int MAP_PRIVATE = 0x02;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_NORESERVE = 0x4000;
    public const int MAP_HUGETLB = 0x40000;

    /// <summary>The base-2 logarithm of the huge page size is shifted by this into the flags.</summary>
    public const int MAP_HUGE_SHIFT = 26;

    /// <summary>Maps anonymous memory; 0 when the kernel refuses.</summary>
    public static nint Map(nuint length, int protection, int flags)
    {
        nint address = mmap(0, length, protection, flags | MAP_ANONYMOUS, -1, 0);
        return address == -1 ? 0 : address;
    }

    /// <summary>Maps a part of a file, to be looked at and not read; 0 when the kernel refuses.</summary>
    public static nint MapFile(FileDescriptor file, long offset, nuint length)
    {
        nint address = mmap(0, length, PROT_READ, MAP_SHARED | MAP_NORESERVE, file.Number, offset);
        return address == -1 ? 0 : address;
    }

    /// <summary>Gives back what <see cref="Map"/> or <see cref="MapFile"/> has mapped.</summary>
    public static void Unmap(nint address, nuint length) => _ = munmap(address, length);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);
}
