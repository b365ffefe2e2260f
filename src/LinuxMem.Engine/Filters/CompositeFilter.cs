using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>The operator of a composite filter.</summary>
internal enum FilterOperator
{
    /// <summary><c>and(..)</c>: processes that all of the filters match.</summary>
    And,

    /// <summary><c>or(..)</c>: processes that at least one of the filters matches.</summary>
    Or,

    /// <summary><c>not(..)</c>: processes that the filter does not match.</summary>
    Not,

    /// <summary><c>true()</c>: every process. It has no operands.</summary>
    True,

    /// <summary><c>false()</c>: no process. It has no operands.</summary>
    False,
}

/// <summary>A filter that combines others, nested at most <see cref="MaxDepth"/> deep.</summary>
internal sealed class CompositeFilter : ProcessFilter
{
    /// <summary>How deep composite filters may be nested, so that recursion cannot exhaust the stack.</summary>
    public const int MaxDepth = 200;

    private readonly ProcessFilter[] children;
    private readonly int depth;
    private readonly int hash;

    internal CompositeFilter(FilterOperator operation, IEnumerable<ProcessFilter> children)
    {
        ArgumentNullException.ThrowIfNull(children);
        Operator = operation;
        this.children = [.. children];
        Children = Array.AsReadOnly(this.children);
        if (this.children.Length == 0 && operation is FilterOperator.And or FilterOperator.Or)
        {
            throw new LinuxMemException(LinuxMemError.InvalidFilter, $"{NameOf(operation)}() needs at least one filter between its parentheses.", this);
        }

        var hashCode = default(HashCode);
        hashCode.Add(operation);
        foreach (ProcessFilter child in this.children)
        {
            ArgumentNullException.ThrowIfNull(child, nameof(children));
            Facts |= child.Facts;
            depth = Math.Max(depth, (child as CompositeFilter)?.depth ?? 0);
            hashCode.Add(child);
        }

        hash = hashCode.ToHashCode();
        depth += this.children.Length > 0 ? 1 : 0;
        if (depth > MaxDepth)
        {
            throw new LinuxMemException(LinuxMemError.InvalidFilter, string.Create(CultureInfo.InvariantCulture, $"More than {MaxDepth} filters are inside one another. {FilterParser.DepthHint}"), this);
        }
    }

    /// <summary>Matches every process.</summary>
    public static CompositeFilter True { get; } = new(FilterOperator.True, []);

    /// <summary>Matches no process.</summary>
    public static CompositeFilter False { get; } = new(FilterOperator.False, []);

    /// <summary>The operator.</summary>
    public FilterOperator Operator { get; }

    /// <summary>The operands, in the order they are evaluated.</summary>
    public ReadOnlyCollection<ProcessFilter> Children { get; }

    /// <inheritdoc/>
    public override ProcessFacts Facts { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> Variables => children.SelectMany(child => child.Variables).Distinct(StringComparer.Ordinal);

    /// <summary>Matches what all filters match; evaluated in order, up to the first that does not match.</summary>
    /// <exception cref="LinuxMemException">There is no filter, or the nesting is too deep.</exception>
    public static CompositeFilter And(IEnumerable<ProcessFilter> children) => new(FilterOperator.And, children);

    /// <summary>Matches what any of the filters matches; evaluated in order, up to the first that matches.</summary>
    /// <exception cref="LinuxMemException">There is no filter, or the nesting is too deep.</exception>
    public static CompositeFilter Or(IEnumerable<ProcessFilter> children) => new(FilterOperator.Or, children);

    /// <summary>Matches what the filter does not match.</summary>
    /// <exception cref="LinuxMemException">The nesting is too deep.</exception>
    public static CompositeFilter Not(ProcessFilter child) => new(FilterOperator.Not, [child]);

    /// <inheritdoc/>
    public override bool Matches(MemProcess process, ProcessTree tree)
    {
        switch (Operator)
        {
            case FilterOperator.And:
                return Array.TrueForAll(children, child => child.Matches(process, tree));
            case FilterOperator.Or:
                return Array.Exists(children, child => child.Matches(process, tree));
            case FilterOperator.Not:
                return !children[0].Matches(process, tree);
            default:
                return Operator == FilterOperator.True;
        }
    }

    /// <inheritdoc/>
    public override void Verify(ProcessTable table) => Array.ForEach(children, child => child.Verify(table));

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        AppendTo(text);
        return text.ToString();
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        ReferenceEquals(this, obj)
        || (obj is CompositeFilter other && hash == other.hash && Operator == other.Operator && children.AsSpan().SequenceEqual(other.children));

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <summary>The name of the operator in the filter language.</summary>
    private static string NameOf(FilterOperator operation) => operation switch
    {
        FilterOperator.And => "and",
        FilterOperator.Or => "or",
        FilterOperator.Not => "not",
        FilterOperator.True => "true",
        _ => "false",
    };

    private void AppendTo(StringBuilder text)
    {
        text.Append(NameOf(Operator)).Append('(');
        for (int i = 0; i < children.Length; i++)
        {
            text.Append(i > 0 ? "," : "");
            if (children[i] is CompositeFilter composite)
            {
                composite.AppendTo(text);
            }
            else
            {
                text.Append(children[i]);
            }
        }

        text.Append(')');
    }
}
