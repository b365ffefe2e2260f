using System.IO.Enumeration;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Filters;

/// <summary>Selects the processes of a program by its name, as people type it: in any case, with wildcards.</summary>
/// <remarks>The kernel keeps 15 bytes of a name (comm): a longer one is compared by those.</remarks>
public sealed class NameFilter : ProcessFilter
{
    /// <summary>The bytes that the kernel keeps of a name (TASK_COMM_LEN, less the NUL byte at the end).</summary>
    private const int CommLength = 15;

    private readonly Func<string, bool> isMatch;
    private readonly string? cut;

    /// <summary>Selects by a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isMatch">Says whether a name matches; null where <c>*</c> stands for any characters and <c>?</c> for one.</param>
    /// <exception cref="LinuxMemException">The name is empty.</exception>
    public NameFilter(string name, Func<string, bool>? isMatch = null)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "The name of a program is empty. Give one such as postgres, or a pattern such as 'ora_*'.", name);
        }

        Name = name;
        this.isMatch = isMatch ?? (comm => FileSystemName.MatchesSimpleExpression(name, comm));
        byte[] bytes = SurrogateEscape.Encode(name);
        cut = bytes.Length > CommLength ? SurrogateEscape.Decode(bytes.AsSpan(0, CommLength)) : null;
    }

    /// <summary>The name as typed.</summary>
    public string Name { get; }

    /// <summary>True when it may stand for any number of names, so that none is no mistake.</summary>
    public bool HasWildcards => Name.AsSpan().ContainsAny('*', '?', '[');

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree) => Matches(process);

    /// <summary>True when the process is called so.</summary>
    public bool Matches(MemProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return isMatch(process.Comm) || string.Equals(process.Comm, cut, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
