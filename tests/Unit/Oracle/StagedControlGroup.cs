using System.Diagnostics;
using System.Globalization;

namespace LinuxMem.Unit.Oracle;

/// <summary>A control group of a hierarchy, with a name of its own; what is in it at the end goes back to the root.</summary>
internal sealed class StagedControlGroup : IDisposable
{
    private readonly string mount;

    public StagedControlGroup(string mount)
    {
        this.mount = mount;
        Name = $"/linuxmem-oracle-{Environment.ProcessId}-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Its path in the hierarchy.</summary>
    public string Name { get; }

    public string Folder => mount + Name;

    public void Add(int pid) => Write("cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));

    public void Write(string file, string value) => File.WriteAllText(Path.Combine(Folder, file), value);

    public void Dispose()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            foreach (string pid in File.ReadAllLines(Path.Combine(Folder, "cgroup.procs")))
            {
                try
                {
                    File.WriteAllText(Path.Combine(mount, "cgroup.procs"), pid);
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }

            try
            {
                Directory.Delete(Folder);
                return;
            }
            catch (IOException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
            {
                Thread.Sleep(20);
            }
        }
    }
}
