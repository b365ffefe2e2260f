using System.Globalization;
using System.Text;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Unit.Fixtures;

/// <summary>A /proc tree in ordinary files, written by a test for what no real kernel can be brought to.</summary>
internal sealed class ProcCopy : IDisposable
{
    public const ulong PageSize = 4096;

    public string Root { get; } = Directory.CreateTempSubdirectory("linuxmem-proc-").FullName;

    public static ulong Frame(ulong frame, bool file = false, bool exclusive = false) =>
        (1UL << 63) | frame | (file ? 1UL << 61 : 0) | (exclusive ? 1UL << 56 : 0);

    public static ulong Slot(ulong area, ulong offset) => (1UL << 62) | (offset << 5) | area;

    /// <summary>Adds a process; <paramref name="maps"/> are the lines of its maps file.</summary>
    public FixtureProcess Add(int pid, string comm = "fixture", int parent = 1, uint uid = 0, string maps = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, pid.ToString(CultureInfo.InvariantCulture))).FullName;
        File.WriteAllBytes(Path.Combine(folder, "stat"), SurrogateEscape.Encode($"{pid} ({comm}) S {parent} 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 {pid * 100} 409600 10 1\n"));
        File.WriteAllText(Path.Combine(folder, "status"), $"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{uid}\t{uid}\t{uid}\t{uid}\n");
        File.WriteAllText(Path.Combine(folder, "maps"), maps);
        File.WriteAllBytes(Path.Combine(folder, "cmdline"), SurrogateEscape.Encode(comm + "\0"));
        File.WriteAllBytes(Path.Combine(folder, "environ"), SurrogateEscape.Encode(string.Concat((environment ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={pair.Value}\0"))));
        File.WriteAllBytes(Path.Combine(folder, "pagemap"), []);
        return new FixtureProcess(folder);
    }

    public void Write(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    internal sealed class FixtureProcess(string folder)
    {
        /// <summary>Writes page map entries from an address on; what is never written is a hole.</summary>
        public FixtureProcess Map(ulong address, params ulong[] entries)
        {
            using FileStream file = File.OpenWrite(Path.Combine(folder, "pagemap"));
            file.Position = (long)(address / PageSize * 8);
            foreach (ulong entry in entries)
            {
                file.Write(BitConverter.GetBytes(entry));
            }

            return this;
        }

        public FixtureProcess Write(string name, string text)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
            return this;
        }

        public void Delete(string name) => File.Delete(Path.Combine(folder, name));
    }
}
