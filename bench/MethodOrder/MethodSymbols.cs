using System.Buffers.Binary;
using System.Text;

namespace LinuxMem.MethodOrder;

/// <summary>The symbols of managed methods in a native program of .NET (an ELF file of 64 bits that was not stripped).</summary>
internal static class MethodSymbols
{
    /// <summary>The section that the compiler puts the code of methods into.</summary>
    private const string Code = "__managedcode";

    private const int SymbolTable = 2;
    private const int SymbolSize = 24;
    private const int Function = 2;

    /// <summary>The names of each method, by its address before relocation: what the runtime calls has another name for that.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static ILookup<ulong, string> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 64 || BinaryPrimitives.ReadUInt32BigEndian(file) != 0x7F454C46 || file[4] != 2)
        {
            throw new InvalidDataException($"{path} is no ELF file of 64 bits.");
        }

        int count = U16(file, 60);
        Section[] sections = [.. Enumerable.Range(0, count).Select(i => new Section(file, (int)U64(file, 40) + (i * U16(file, 58))))];
        int names = sections[U16(file, 62)].Offset;
        int code = Array.FindIndex(sections, section => Text(file, names + section.Name) == Code);
        Section symbols = Array.Find(sections, section => section.Kind == SymbolTable);
        if (code < 0 || symbols.Size == 0)
        {
            throw new InvalidDataException($"{path} has no symbols of managed methods: publish it with StripSymbols=false.");
        }

        var methods = new List<(ulong Address, string Name)>();
        for (int at = symbols.Offset; at < symbols.Offset + symbols.Size; at += SymbolSize)
        {
            if ((file[at + 4] & 15) == Function && U16(file, at + 6) == code)
            {
                methods.Add((U64(file, at + 8), Text(file, sections[symbols.Link].Offset + (int)U32(file, at))));
            }
        }

        return methods.ToLookup(method => method.Address, method => method.Name);
    }

    private static string Text(byte[] file, int at) => Encoding.UTF8.GetString(file, at, Array.IndexOf(file, (byte)0, at) - at);

    private static ushort U16(byte[] file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private static uint U32(byte[] file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));

    private static ulong U64(byte[] file, int at) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));

    /// <summary>A section header.</summary>
    private readonly struct Section(byte[] file, int at)
    {
        public int Name { get; } = (int)U32(file, at);

        public int Kind { get; } = (int)U32(file, at + 4);

        public int Offset { get; } = (int)U64(file, at + 24);

        public int Size { get; } = (int)U64(file, at + 32);

        /// <summary>Of a table of symbols, the section with their names.</summary>
        public int Link { get; } = (int)U32(file, at + 40);
    }
}
