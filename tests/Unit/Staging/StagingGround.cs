namespace LinuxMem.Unit.Staging;

/// <summary>
/// Where tests stage processes: a folder of its own with the compiled workload program in it. Shared by all
/// test classes of the collection and removed with its last test.
/// </summary>
public sealed class StagingGround : IDisposable
{
    private const string SourceName = "tests/Workload/workload.c";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-staging-");
    private readonly string? missing;

    public StagingGround()
    {
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_001_001); // Other users open files they know the name of.
        Program = Path.Combine(folder.FullName, "workload");
        missing = !Environment.IsPrivilegedProcess ? "staging processes needs root" : Compile();
    }

    /// <summary>The compiled workload program.</summary>
    public string Program { get; }

    /// <summary>Starts a workload and waits until it has done its steps.</summary>
    /// <param name="steps">The steps, as described in workload.c.</param>
    /// <param name="stage">The value of its environment variable <see cref="Workload.StageVariable"/>; null for none.</param>
    public Workload Start(string steps, string? stage = null)
    {
        Require();
        return Workload.Start(Program, steps, stage);
    }

    /// <summary>Skips the test, with the reason, where nothing can be staged.</summary>
    public void Require() => Skip.If(missing is not null, $"Not tested: {missing}.");

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

    private static string? FindSource()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, SourceName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Compiles the program; says what is missing when it cannot be.</summary>
    private string? Compile()
    {
        if (FindSource() is not string source)
        {
            return $"{SourceName} is not above the folder of the tests";
        }

        if (!Command.Exists("cc"))
        {
            return "there is no C compiler (cc)";
        }

        Command.Run("cc", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", Program, source);
        return null;
    }
}

/// <summary>The test classes that stage processes: one ground for all, never two classes at once.</summary>
[CollectionDefinition(Name)]
public sealed class StagedCollection : ICollectionFixture<StagingGround>
{
    public const string Name = "Staged";
}
