namespace LinuxMem.Unit.Staging;

/// <summary>
/// Where tests stage processes: a folder of its own with the compiled workload program in it. Shared by all
/// test classes of the collection and removed with its last test.
/// </summary>
public sealed class StagingGround : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-staging-");
    private readonly string? missing;

    public StagingGround()
    {
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_001_001); // Other users open files they know the name of.
        Program = Path.Combine(folder.FullName, "workload");
        HostileProgram = Path.Combine(folder.FullName, "hostile");
        FloodProgram = Path.Combine(folder.FullName, "flood");
        StallProgram = Path.Combine(folder.FullName, "stall");
        missing = !Environment.IsPrivilegedProcess ? "staging processes needs root"
            : Compile("tests/Workload/workload.c", Program) ?? Compile("tests/Workload/hostile.c", HostileProgram, "-no-pie")
            ?? Compile("tests/Workload/flood.c", FloodProgram) ?? Compile("tests/Workload/stall.c", StallProgram);
    }

    /// <summary>The compiled workload program.</summary>
    public string Program { get; }

    /// <summary>The compiled program that makes what nobody should make (hostile.c).</summary>
    public string HostileProgram { get; }

    /// <summary>The compiled program that makes endlessly much to read (flood.c).</summary>
    public string FloodProgram { get; }

    /// <summary>Starts a process of flood.c, with its children, and waits until it is as it should be.</summary>
    /// <param name="mode">The mode and its arguments.</param>
    public Workload StartFlood(string mode)
    {
        Require();
        return Workload.Start(FloodProgram, mode, null);
    }

    /// <summary>The compiled program whose processes do not answer (stall.c).</summary>
    public string StallProgram { get; }

    /// <summary>Starts a workload and waits until it has done its steps.</summary>
    /// <param name="steps">The steps, as described in workload.c.</param>
    /// <param name="stage">The value of its environment variable <see cref="Workload.StageVariable"/>; null for none.</param>
    public Workload Start(string steps, string? stage = null)
    {
        Require();
        return Workload.Start(Program, steps, stage);
    }

    /// <summary>Starts a process of hostile.c and waits until it is as it should be.</summary>
    /// <param name="mode">The mode and its arguments.</param>
    /// <param name="stage">The value of its environment variable <see cref="Workload.StageVariable"/>; null for none.</param>
    public Workload StartHostile(string mode, string? stage = null)
    {
        Require();
        return Workload.Start(HostileProgram, mode, stage);
    }

    /// <summary>Skips the test, with the reason, where nothing can be staged.</summary>
    public void Require() => Assert.SkipWhen(missing is not null, $"Not tested: {missing}.");

    /// <summary>A name for a file in the folder, not taken yet.</summary>
    public string NewName(string purpose) => Path.Combine(folder.FullName, $"{purpose}-{Guid.NewGuid():N}");

    /// <summary>A new file with other content in every page.</summary>
    public string NewFile(int pages)
    {
        Require();
        string path = NewName("file");
        byte[] content = new byte[pages * Environment.SystemPageSize];
        new Random(pages).NextBytes(content);
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private static string? FindSource(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Compiles a program; says what is missing when it cannot be.</summary>
    private static string? Compile(string name, string program, params string[] options)
    {
        if (FindSource(name) is not string source)
        {
            return $"{name} is not above the folder of the tests";
        }

        if (!Command.Exists("cc"))
        {
            return "there is no C compiler (cc)";
        }

        Command.Run("cc", ["-O1", "-Wall", "-Wextra", "-Werror", "-pthread", .. options, "-o", program, source]);
        return null;
    }
}

/// <summary>The test classes that stage processes: one ground for all, never two classes at once.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StagedCollection : ICollectionFixture<StagingGround>
{
    public const string Name = "Staged";
}
