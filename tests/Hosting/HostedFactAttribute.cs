namespace LinuxMem.Hosting;

/// <summary>A test that needs a PowerShell to host, skipped before its code is loaded where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HostedFactAttribute : FactAttribute
{
    public HostedFactAttribute() => Skip = InstalledPowerShell.Missing;
}
