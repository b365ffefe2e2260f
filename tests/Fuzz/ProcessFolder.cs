using LinuxMem.Engine.Native;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Fuzz;

/// <summary>A folder with a file or two in it, in memory, that is written and read again for every input; one for each thread.</summary>
internal sealed class ProcessFolder : IDisposable
{
    private readonly string path = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"linuxmem-fuzz-{Guid.NewGuid():N}")).FullName;

    public ProcessFolder() => Place = new MachineFolder(Machine.Open(), FileDescriptor.WorkingDirectory.OpenPlace([.. SurrogateEscape.Encode(path), 0]), null);

    /// <summary>Where the engine finds the files.</summary>
    public MachineFolder Place { get; }

    public void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(Path.Combine(path, name), content);

    public void Dispose()
    {
        Place.Dispose();
        Directory.Delete(path, recursive: true);
    }
}
