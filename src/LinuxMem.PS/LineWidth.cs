using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace LinuxMem.PowerShell;

/// <summary>The cells of the line that a table is shown in.</summary>
internal static class LineWidth
{
    /// <summary>What Out-String takes where no host tells.</summary>
    private const int Usual = 120;

    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>The commands that make text of a table.</summary>
    private static readonly string[] Ends = ["Out-String", "Out-File", "Out-Host", "Out-Default"];

    /// <summary>What tests put in the place of PowerShell's runspace: that of another version; null for the real one.</summary>
    internal static object? Pretended { get; set; }

    /// <summary>
    /// That of the host, or of -Width of Out-String or Out-File. One cell less than it is: a terminal gives a table so many,
    /// and with one more no other column fits.
    /// </summary>
    public static int Of(PSHost? host) => Math.Max(1, (Asked() ?? Terminal(host) ?? Usual) - 1);

    private static int? Terminal(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI?.BufferSize.Width is int width and > 0 ? width : null;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or InvalidOperationException or IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// The -Width of the command that makes text in a running pipeline, from the innermost on. PowerShell tells nobody, so it is looked
    /// up where it keeps it; another version may keep it elsewhere, and then the host's width is taken.
    /// </summary>
    private static int? Asked()
    {
        try
        {
            return AskedOf(Pretended ?? Runspace.DefaultRunspace);
        }
        catch (Exception)
        {
            // A table is shown in any case: of what another version has there, nothing is known, not even how it fails.
            return null;
        }
    }

    /// <summary>The same of what runs in a runspace, or in what has the same members.</summary>
    internal static int? AskedOf(object? runspace)
    {
        object? pipeline = runspace?.GetType().GetMethod("GetCurrentlyRunningPipeline", Instance)?.Invoke(runspace, null);
        object? stopper = Get(pipeline, "Stopper");
        if (stopper?.GetType().GetField("_stack", Instance)?.GetValue(stopper) is not IEnumerable running)
        {
            return null;
        }

        foreach (object processor in running)
        {
            // Further commands may take the text.
            if (Get(processor, "Commands") is IEnumerable commands
                && commands.Cast<object>().Select(one => Get(one, "Command")).OfType<PSCmdlet>().FirstOrDefault(one => Ends.Contains(one.MyInvocation.MyCommand.Name)) is PSCmdlet end)
            {
                return end.MyInvocation.BoundParameters.TryGetValue("Width", out object? width) && width is int cells ? cells : null;
            }
        }

        return null;
    }

    private static object? Get(object? of, string property) => of?.GetType().GetProperty(property, Instance)?.GetValue(of);
}
