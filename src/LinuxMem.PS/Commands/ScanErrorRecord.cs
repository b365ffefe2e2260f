using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The engine's failures as PowerShell has them.</summary>
internal static class ScanErrorRecord
{
    /// <summary>The kind of failure is the error's id, so that scripts can tell one from another.</summary>
    public static ErrorRecord From(LinuxMemException e) => new(e, e.Kind.ToString(), Category(e.Kind), e.Target);

    private static ErrorCategory Category(LinuxMemError kind) => kind switch
    {
        LinuxMemError.InvalidArgument => ErrorCategory.InvalidArgument,
        LinuxMemError.InvalidFilter => ErrorCategory.ParserError,
        LinuxMemError.NotProc => ErrorCategory.InvalidArgument,
        LinuxMemError.ProcessNotFound => ErrorCategory.ObjectNotFound,
        LinuxMemError.PermissionDenied => ErrorCategory.PermissionDenied,
        LinuxMemError.MemoryLimit => ErrorCategory.LimitsExceeded,
        LinuxMemError.SystemError => ErrorCategory.ResourceUnavailable,
        _ => ErrorCategory.NotSpecified,
    };
}
