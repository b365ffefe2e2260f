namespace LinuxMem.Engine.Native;

/// <summary>Whether the calls of this room can be made at all.</summary>
/// <remarks>Elsewhere than on Linux only the file of a snapshot can be read, with managed code.</remarks>
internal static class Libc
{
    /// <summary>The switch (<see cref="AppContext"/>) that takes the way of other systems on Linux, too; for tests.</summary>
    public const string WithoutSwitch = "LinuxMem.WithoutLibc";

    /// <summary>True on Linux; asked nowhere else.</summary>
    public static bool IsThere { get; } = OperatingSystem.IsLinux() && !(AppContext.TryGetSwitch(WithoutSwitch, out bool without) && without);
}
