using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;

/// <summary>
/// Run by .NET before a program's Main when DOTNET_STARTUP_HOOKS names this assembly: the engine then takes the way of a
/// system without Linux, and no library can be found for a call of its own.
/// </summary>
internal static class StartupHook
{
    /// <summary>What is said of a call.</summary>
    public const string Forbidden = "this test forbids native calls";

    /// <summary>The variable that, set to 1, leaves the engine on the way of Linux: its calls then fail.</summary>
    public const string KeepWay = "LINUXMEM_TEST_KEEP_WAY";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(KeepWay) != "1")
        {
            AppContext.SetSwitch(Libc.WithoutSwitch, true);
        }

        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
        {
            if (loaded.LoadedAssembly.GetName().Name == "LinuxMem.Engine")
            {
                NativeLibrary.SetDllImportResolver(loaded.LoadedAssembly, (_, _, _) => throw new IOException(Forbidden));
            }
        };
    }
}
