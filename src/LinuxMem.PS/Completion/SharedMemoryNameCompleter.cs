using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Completion;

/// <summary>Completes the names of shared memory objects that are mapped, or lie in a tmpfs.</summary>
public sealed class SharedMemoryNameCompleter : ValueCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop) =>
        from same in SharedObjects.Read(new SharedMemoryOptions { ProcRoot = root.Path, SkipOpenFiles = true, Cancellation = stop }).Objects.GroupBy(one => one.Name, StringComparer.Ordinal)
        where same.Key.Length is > 0 and <= MaxLength && word.Begins(same.Key)
        orderby same.Key
        select Value(word, WildcardPattern.Escape(same.Key), same.Key, $"{same.First().Kind}, {Count(same.Count(), "object", "objects")}, {SizeText.Readable(same.Sum(one => one.Rss ?? 0))} in memory");
}
