using System.Runtime.InteropServices;

// The C library is the system's: .NET would look for a file of that name beside the module first.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
