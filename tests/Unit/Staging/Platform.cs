using System.Runtime.Versioning;

// Calls that other systems lack need no guard here.
[assembly: SupportedOSPlatform("linux")]
