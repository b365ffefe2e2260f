using System.Runtime.Versioning;

// Tests stage real processes and change machine-wide settings (swap, huge pages): never two at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

// As the rest: there is no /proc elsewhere.
[assembly: SupportedOSPlatform("linux")]
