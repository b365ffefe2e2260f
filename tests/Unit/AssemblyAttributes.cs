using System.Runtime.Versioning;
using LinuxMem.Unit;

[assembly: CollectionBehavior<CollectionPerCompany>]

// As the rest: there is no /proc elsewhere.
[assembly: SupportedOSPlatform("linux")]
