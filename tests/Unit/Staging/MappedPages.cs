using System.Globalization;

namespace LinuxMem.Unit.Staging;

/// <summary>A line of maps, and what is mapped there as plain sets.</summary>
/// <param name="Rights">The rights: <c>rw-p</c>.</param>
/// <param name="Device">The device, as the line has it.</param>
/// <param name="Inode">The inode.</param>
/// <param name="Path">The name; empty for none.</param>
/// <param name="Size">The size in bytes.</param>
internal sealed record MappedPages(string Rights, string Device, string Inode, string Path, ulong Size)
{
    public HashSet<ulong> Frames { get; } = [];

    public HashSet<ulong> Anonymous { get; } = [];

    public HashSet<ulong> Slots { get; } = [];

    /// <summary>What tells one thing mapped from another: objects by inode, files by inode and path, all else by its name.</summary>
    public string Identity
    {
        get
        {
            if (Inode == "0")
            {
                return Path.Length == 0 ? "[anon]" : Path;
            }

            string[] device = Device.Split(':');
            string of = string.Create(CultureInfo.InvariantCulture, $"{int.Parse(device[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}:{int.Parse(device[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}:{Inode}");
            return Rights.EndsWith('p') && Path == "/anon_hugepage (deleted)" ? "/anon_hugepage (deleted)"
                : IsMemory ? of
                : $"{of} {Path.Replace(" (deleted)", "", StringComparison.Ordinal)}";
        }
    }

    private bool IsMemory =>
        Device.StartsWith("00:", StringComparison.Ordinal)
        && Array.Exists(["/SYSV", "/memfd:", "/dev/zero", "/dev/shm/", "/anon_hugepage"], start => Path.StartsWith(start, StringComparison.Ordinal));
}
