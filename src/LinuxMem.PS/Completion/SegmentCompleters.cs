using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes shmids.</summary>
public sealed class SegmentIdCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from segment in ShmSegments.List(root)
        let id = segment.ShmId.ToString(CultureInfo.InvariantCulture)
        where word.Begins(id)
        select Value(word, id, id, string.Create(CultureInfo.InvariantCulture, $"{SizeText.Readable(segment.Size)}, key {segment.Key}, attached {segment.Attached} times"));
}

/// <summary>Completes the keys of SysV segments.</summary>
public sealed class SegmentKeyCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from same in ShmSegments.List(root).GroupBy(segment => segment.Key)
        let key = same.Key.ToString(CultureInfo.InvariantCulture)
        where word.Begins(key)
        select new CompletionResult(key, key, CompletionResultType.ParameterValue, $"{Count(same.Count(), "segment", "segments")}, {SizeText.Readable((long)Math.Min(same.Sum(segment => (decimal)segment.Size), long.MaxValue))}");
}
