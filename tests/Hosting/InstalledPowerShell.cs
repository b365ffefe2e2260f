using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace LinuxMem.Hosting;

/// <summary>Finds the assemblies of PowerShell: the package's beside the tests, otherwise those of the pwsh on PATH.</summary>
internal static class InstalledPowerShell
{
    private const string Automation = "System.Management.Automation.dll";

    private static readonly string? Folder = Find();

    /// <summary>Why there is no PowerShell to host; null when there is one.</summary>
    public static string? Missing =>
        Folder is null ? "no PowerShell to host: no pwsh on PATH, and built without the package Microsoft.PowerShell.SDK" : null;

    [ModuleInitializer]
    internal static void Register() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        string file = Path.Combine(Folder ?? string.Empty, $"{name.Name}.dll");
        return Folder is not null && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }

    private static string? Find()
    {
#if POWERSHELL_SDK
        return AppContext.BaseDirectory;
#else
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => new FileInfo(Path.Combine(folder, "pwsh")))
            .Where(program => program.Exists)
            .Select(program => Path.GetDirectoryName(program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName)!);
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, Automation)));
#endif
    }
}
