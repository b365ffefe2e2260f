using System.Management.Automation;
using LinuxMem.Engine.Filters;

namespace LinuxMem.PowerShell.Commands;

/// <summary>The engine's failures as PowerShell has them.</summary>
internal static class ScanErrorRecord
{
    /// <summary>The kind of failure is the error's id, so that scripts can tell one from another.</summary>
    public static ErrorRecord From(LinuxMemException e)
    {
        var record = new ErrorRecord(e, e.Kind.ToString(), Category(e.Kind), e.Target);
        if (e is FilterSyntaxException syntax)
        {
            // PowerShell folds the lines of a message, and the caret would point nowhere; these it keeps.
            record.ErrorDetails = new ErrorDetails(syntax.Problem) { RecommendedAction = "\n" + syntax.Excerpt };
        }

        return record;
    }

    private static ErrorCategory Category(LinuxMemError kind) => kind switch
    {
        LinuxMemError.InvalidArgument => ErrorCategory.InvalidArgument,
        LinuxMemError.InvalidFilter => ErrorCategory.ParserError,
        LinuxMemError.NotProc => ErrorCategory.InvalidArgument,
        LinuxMemError.InvalidSnapshot => ErrorCategory.InvalidData,
        LinuxMemError.FileExists => ErrorCategory.ResourceExists,
        LinuxMemError.FileNotWritten => ErrorCategory.WriteError,
        LinuxMemError.ProcessNotFound => ErrorCategory.ObjectNotFound,
        LinuxMemError.MountPointNotFound => ErrorCategory.ObjectNotFound,
        LinuxMemError.SegmentNotFound => ErrorCategory.ObjectNotFound,
        LinuxMemError.PermissionDenied => ErrorCategory.PermissionDenied,
        LinuxMemError.MemoryLimit => ErrorCategory.LimitsExceeded,
        LinuxMemError.SystemError => ErrorCategory.ResourceUnavailable,
        _ => ErrorCategory.NotSpecified,
    };
}
