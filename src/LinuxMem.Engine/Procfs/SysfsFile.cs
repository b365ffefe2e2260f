using System.Buffers.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary>Small files of sysfs and of control groups: the kernel's own, which answer at once.</summary>
internal static class SysfsFile
{
    /// <summary>The text of a file; null when it cannot be read or is longer than any is.</summary>
    public static byte[]? Read(string path)
    {
        byte[] buffer = new byte[4096];
        int n = ProcFile.ReadRecord(FileDescriptor.WorkingDirectory.Open([.. SurrogateEscape.Encode(path), 0]), ref buffer);
        return n >= 0 ? buffer[..n] : null;
    }

    /// <summary>The number that a file holds; null when it cannot be read or holds none.</summary>
    public static long? Number(string path) => Number(Read(path), 0);

    /// <summary>The number at a place among those of a line, such as those of <c>mm_stat</c>; null when there is none.</summary>
    public static long? Number(ReadOnlySpan<byte> text, int place)
    {
        var fields = new FieldReader(text);
        fields.Skip(place);
        ReadOnlySpan<byte> field = fields.Next();
        return Utf8Parser.TryParse(field, out long number, out int used) && used == field.Length && used > 0 && number >= 0 ? number : null;
    }

    /// <summary>The names of the folders in a folder; none when it cannot be read.</summary>
    public static IReadOnlyList<string> Folders(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder)!)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
