using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>A filter that compares a text of the process, the whole of it, with a pattern.</summary>
public abstract class TextFilter : ProcessFilter
{
    private readonly string name;

    private protected TextFilter(string name, TextPattern pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        this.name = name;
        Pattern = pattern;
    }

    /// <summary>What the text is compared with.</summary>
    public TextPattern Pattern { get; }

    /// <inheritdoc/>
    public sealed override bool Matches(MemProcess process, ProcessTree tree) => TextOf(process) is string text && Pattern.Matches(text);

    /// <inheritdoc/>
    public sealed override string ToString() => $"{name}({Pattern})";

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => obj is TextFilter other && other.name == name && other.Pattern.Equals(Pattern);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(name, Pattern);

    private protected abstract string? TextOf(MemProcess process);
}

/// <summary><c>comm(x)</c>: processes of that command name.</summary>
public sealed class CommFilter : TextFilter
{
    /// <summary>Looks for a command name.</summary>
    public CommFilter(TextPattern pattern)
        : base("comm", pattern)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.None;

    private protected override string? TextOf(MemProcess process) => process.Comm;
}

/// <summary><c>user(name)</c>: processes whose effective user has that name.</summary>
public sealed class UserFilter : TextFilter
{
    /// <summary>Looks for a user name, or the number of a user without one.</summary>
    public UserFilter(TextPattern pattern)
        : base("user", pattern)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Owner;

    private protected override string? TextOf(MemProcess process) => process.User;
}

/// <summary><c>exe(path)</c>: processes that run that program file.</summary>
public sealed class ExeFilter : TextFilter
{
    /// <summary>Looks for the path of a program file.</summary>
    public ExeFilter(TextPattern pattern)
        : base("exe", pattern)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Exe;

    private protected override string? TextOf(MemProcess process) => process.Exe;
}

/// <summary><c>cmdline(text)</c>: processes of that command line (arguments with a blank between them).</summary>
public sealed class CommandLineFilter : TextFilter
{
    /// <summary>Looks for a command line.</summary>
    public CommandLineFilter(TextPattern pattern)
        : base("cmdline", pattern)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.CommandLine;

    private protected override string? TextOf(MemProcess process) => process.CommandLine;
}

/// <summary><c>cgroup(path)</c>: processes in that control group (not those in groups below it).</summary>
public sealed class CgroupFilter : TextFilter
{
    /// <summary>Looks for the path of a control group.</summary>
    public CgroupFilter(TextPattern pattern)
        : base("cgroup", pattern)
    {
    }

    /// <inheritdoc/>
    public override ProcessFacts Facts => ProcessFacts.Cgroup;

    private protected override string? TextOf(MemProcess process) => process.Cgroup;
}
