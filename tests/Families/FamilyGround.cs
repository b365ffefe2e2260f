namespace LinuxMem.Families;

/// <summary>Where families are staged: a folder with the compiled program, and a machine prepared for it. All goes with this object.</summary>
internal sealed class FamilyGround : IDisposable
{
    private const string Source = "tests/Workload/family.c";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-families-");
    private readonly MachineSettings settings;
    private readonly string program;

    private FamilyGround()
    {
        try
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_001_001); // Users of families open files they know the name of.
            program = Path.Combine(folder.FullName, "family");
            OtherProgram.Run("cc", "-O1", "-o", program, FindSource());
            settings = new MachineSettings(folder.FullName);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>What families do without on this machine, and why.</summary>
    public IReadOnlyList<string> Missing => settings.Missing;

    /// <summary>Prepares one.</summary>
    /// <exception cref="FamilyException">There is no compiler, or no right to.</exception>
    public static FamilyGround Make() => Environment.IsPrivilegedProcess ? new FamilyGround() : throw new FamilyException("Staging processes needs root.");

    /// <summary>Stages the family of a seed, and stops it.</summary>
    public Family Stage(ulong seed)
    {
        settings.Merge(true);
        try
        {
            return Family.Start(program, seed, Directory.CreateDirectory(NewName("family")));
        }
        finally
        {
            settings.Merge(false);
        }
    }

    /// <summary>A name for a file in the folder, not taken yet.</summary>
    public string NewName(string purpose) => Path.Combine(folder.FullName, $"{purpose}-{Guid.NewGuid():N}");

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            settings.Dispose();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string FindSource()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, Source);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FamilyException($"{Source} is not above the folder of the program.");
    }
}
