using System.Globalization;

namespace LinuxMem.Unit.KernelVariety;

/// <summary>A /proc tree of another kernel (tests/Fixtures), with its page maps written out.</summary>
internal sealed class OldKernel : IDisposable
{
    private const long PageSize = 4096;
    private const long FileEnd = 0x8000000 / PageSize * 8;

    public OldKernel(string name)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", name), "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(Root, Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "fixtures", name), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            if (Path.GetFileName(file) == "pages")
            {
                WritePageMap(copy);
            }
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("linuxmem-kernel-").FullName;

    /// <summary>A file of the tree.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void WritePageMap(string pages)
    {
        using FileStream map = File.Create(Path.Combine(Path.GetDirectoryName(pages)!, "pagemap"));
        map.SetLength(FileEnd);
        foreach (string line in File.ReadLines(pages))
        {
            string[] words = line.Split(' ');
            map.Position = long.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / PageSize * 8;
            foreach (string entry in words.Skip(1))
            {
                map.Write(BitConverter.GetBytes(ulong.Parse(entry, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }
    }
}
