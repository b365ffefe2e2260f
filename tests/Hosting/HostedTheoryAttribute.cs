namespace LinuxMem.Hosting;

/// <inheritdoc cref="HostedFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HostedTheoryAttribute : TheoryAttribute
{
    public HostedTheoryAttribute() => Skip = InstalledPowerShell.Missing;
}
