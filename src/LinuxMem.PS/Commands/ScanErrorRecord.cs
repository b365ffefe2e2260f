using System.Management.Automation;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Converts the engine's errors into PowerShell error records.</summary>
internal static class ScanErrorRecord
{
    /// <summary>The error record, with <see cref="LinuxMemException.Kind"/> as its error id, for scripts.</summary>
    public static ErrorRecord From(LinuxMemException e)
    {
        var record = new ErrorRecord(e, e.Kind.ToString(), Category(e.Kind), e.Target);

        // The exception escapes its message; PowerShell also shows what the error is about.
        record.CategoryInfo.TargetName = VisibleText.InMessage(e.Target);
        if (e is FilterSyntaxException syntax)
        {
            // PowerShell reflows the message, which would misplace the caret; it keeps the lines of RecommendedAction.
            record.ErrorDetails = new ErrorDetails(syntax.Problem) { RecommendedAction = "Correct the filter where the mark is:\n" + syntax.Excerpt };
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
        LinuxMemError.SharedMemoryNotFound => ErrorCategory.ObjectNotFound,
        LinuxMemError.CgroupNotFound => ErrorCategory.ObjectNotFound,
        LinuxMemError.PermissionDenied => ErrorCategory.PermissionDenied,
        LinuxMemError.MemoryLimit => ErrorCategory.LimitsExceeded,
        LinuxMemError.SystemError => ErrorCategory.ResourceUnavailable,
        _ => ErrorCategory.NotSpecified,
    };
}
