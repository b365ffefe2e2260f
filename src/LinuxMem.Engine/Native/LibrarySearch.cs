using System.Runtime.InteropServices;

// Every call here is of the system's C library: without this, .NET looks for a "libc" beside the module first.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
