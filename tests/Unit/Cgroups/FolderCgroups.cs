using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Unit.Cgroups;

/// <summary>Control groups in a folder of ordinary files, for what no kernel at hand shows.</summary>
internal sealed class FolderCgroups(int version) : CgroupTree
{
    private readonly string folder = Directory.CreateTempSubdirectory("linuxmem-cgroups-").FullName;

    public override int Version => version;

    public FolderCgroups Write(string group, string file, string text)
    {
        string path = folder + group;
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, file), text);
        return this;
    }

    public override CgroupUsage? Read(string path, out string? why)
    {
        why = Directory.Exists(folder + path) ? null : "there is no such group";
        return why is null ? CgroupUsage.Read(Text, IsUnified) : null;

        byte[]? Text(string name) => File.Exists(Path.Combine(folder + path, name)) ? File.ReadAllBytes(Path.Combine(folder + path, name)) : null;
    }

    public override void Dispose() => Directory.Delete(folder, recursive: true);
}
