using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Procfs;

/// <summary>
/// <c>/sys/kernel/btf/vmlinux</c> (Documentation/bpf/btf.rst): the types that the running kernel was compiled with.
/// </summary>
internal static class BtfFile
{
    private const string Path = "/sys/kernel/btf/vmlinux";

    /// <summary>Kernels of distributions have 5 to 10 MiB.</summary>
    private const int MaxFile = 64 << 20;

    private const int Magic = 0xEB9F;
    private const int HeadSize = 24;

    /// <summary>The size of what all types begin with: name, kind, size or type.</summary>
    private const int TypeSize = 12;

    private const uint Pointer = 2;
    private const uint Array = 3;
    private const uint Structure = 4;
    private const uint Forward = 7;

    /// <summary>
    /// How many swap areas the running kernel has a place for: <c>MAX_SWAPFILES</c>, the length of its array
    /// <c>struct swap_info_struct *swap_info[]</c>; null where the kernel does not tell.
    /// </summary>
    public static ulong? SwapAreas(ulong least, ulong most)
    {
        try
        {
            return new FileInfo(Path) is { Exists: true, Length: < MaxFile } ? SwapAreas(File.ReadAllBytes(Path), least, most) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same of a file's bytes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="least">The smallest number that it can be: there are shorter arrays of such pointers, for other purposes.</param>
    /// <param name="most">The largest.</param>
    public static ulong? SwapAreas(ReadOnlySpan<byte> file, ulong least, ulong most)
    {
        if (file.Length < HeadSize || Half(file, 0) != Magic)
        {
            return null;
        }

        // Behind the head: the types, then the names.
        ulong head = Word(file, 4), typesAt = Word(file, 8), typesSize = Word(file, 12), namesAt = Word(file, 16), namesSize = Word(file, 20);
        ulong length = (ulong)file.Length;
        if (head + typesAt + typesSize > length || head + namesAt + namesSize > length)
        {
            return null;
        }

        ReadOnlySpan<byte> types = file.Slice((int)(head + typesAt), (int)typesSize);
        ReadOnlySpan<byte> names = file.Slice((int)(head + namesAt), (int)namesSize);
        var structures = new HashSet<uint>();
        var pointers = new HashSet<uint>();
        ulong? found = null;

        // One way through for each step: a type may come before the one that it is made of.
        for (int step = 0; step < 3; step++)
        {
            uint id = 0;
            for (int at = 0; types.Length - at >= TypeSize;)
            {
                id++;
                uint info = Word(types, at + 4);
                uint kind = (info >> 24) & 31;
                long more = SizeBehind(kind, info & 0xffff);
                if (more < 0 || more > types.Length - at - TypeSize)
                {
                    return null;
                }

                if (step == 0 && (kind is Structure or Forward) && IsNamed(names, Word(types, at)))
                {
                    structures.Add(id);
                }
                else if (step == 1 && kind == Pointer && structures.Contains(Word(types, at + 8)))
                {
                    pointers.Add(id);
                }
                else if (step == 2 && kind == Array && pointers.Contains(Word(types, at + TypeSize)))
                {
                    uint count = Word(types, at + TypeSize + 8);
                    found = count >= least && count <= most ? Math.Max(found ?? 0, count) : found;
                }

                at += TypeSize + (int)more;
            }
        }

        return found;
    }

    private static bool IsNamed(ReadOnlySpan<byte> names, uint offset) => offset < names.Length && names[(int)offset..].StartsWith("swap_info_struct\0"u8);

    /// <summary>Bytes behind the beginning of a type; negative for a kind that is not known.</summary>
    private static long SizeBehind(uint kind, uint members) => kind switch
    {
        2 or 7 or 8 or 9 or 10 or 11 or 12 or 16 or 18 => 0, // pointer, forward, typedef, volatile, const, restrict, function, float, type tag
        1 or 14 or 17 => 4, // integer, variable, declaration tag
        3 => 12, // array
        4 or 5 or 15 or 19 => 12L * members, // structure, union, section, enumeration of 64 bits
        6 or 13 => 8L * members, // enumeration, prototype
        _ => -1,
    };

    /// <summary>In the byte order of the kernel, which is that of this program.</summary>
    private static uint Word(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<uint>(bytes[at..]);

    private static ushort Half(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<ushort>(bytes[at..]);
}
