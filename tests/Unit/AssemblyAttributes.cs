using System.Runtime.Versioning;

// Tests stage real processes and change machine-wide settings (swap, huge pages): never two at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// As the rest: there is no /proc elsewhere.
[assembly: SupportedOSPlatform("linux")]
