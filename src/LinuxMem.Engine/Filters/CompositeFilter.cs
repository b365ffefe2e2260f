using System.Collections.ObjectModel;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>A filter made of others: <c>and(..)</c>, <c>or(..)</c>, <c>not(..)</c>.</summary>
/// <remarks>
/// Filters may be nested to any depth, so nothing here calls itself: whatever depends on the children is
/// either kept from when the filter was made or walks the tree with a stack of its own.
/// </remarks>
public abstract class CompositeFilter : ProcessFilter
{
    private readonly string name;
    private readonly int hash;
    private FilterProgram? program;

    private protected CompositeFilter(string name, IEnumerable<ProcessFilter> children)
    {
        ArgumentNullException.ThrowIfNull(children);
        this.name = name;
        ProcessFilter[] list = [.. children];
        if (list.Length == 0)
        {
            throw new LinuxMemException(LinuxMemError.InvalidFilter, $"{name}() needs at least one filter between its parentheses.", this);
        }

        var hashCode = default(HashCode);
        hashCode.Add(name);
        foreach (ProcessFilter child in list)
        {
            ArgumentNullException.ThrowIfNull(child, nameof(children));
            Facts |= child.Facts;
            hashCode.Add(child);
        }

        hash = hashCode.ToHashCode();
        Children = Array.AsReadOnly(list);
    }

    /// <summary>The filters it is made of, in the order they are tried.</summary>
    public ReadOnlyCollection<ProcessFilter> Children { get; }

    /// <inheritdoc/>
    public sealed override ProcessFacts Facts { get; }

    /// <inheritdoc/>
    public sealed override IEnumerable<string> Variables
    {
        get
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            var pending = new Stack<ProcessFilter>(Children);
            while (pending.TryPop(out ProcessFilter? filter))
            {
                if (filter is not CompositeFilter composite)
                {
                    names.UnionWith(filter.Variables);
                }
                else if ((composite.Facts & ProcessFacts.Variables) != 0)
                {
                    foreach (ProcessFilter child in composite.Children)
                    {
                        pending.Push(child);
                    }
                }
            }

            return names;
        }
    }

    /// <inheritdoc/>
    public sealed override bool Matches(MemProcess process, ProcessTree tree) =>
        (program ??= new FilterProgram(this)).Matches(process, tree);

    /// <inheritdoc/>
    public sealed override string ToString()
    {
        var text = new System.Text.StringBuilder();
        var open = new Stack<(CompositeFilter Filter, int Next)>();
        text.Append(name).Append('(');
        open.Push((this, 0));
        while (open.TryPop(out (CompositeFilter Filter, int Next) top))
        {
            if (top.Next == top.Filter.Children.Count)
            {
                text.Append(')');
                continue;
            }

            if (top.Next > 0)
            {
                text.Append(',');
            }

            open.Push((top.Filter, top.Next + 1));
            ProcessFilter child = top.Filter.Children[top.Next];
            if (child is CompositeFilter composite)
            {
                text.Append(composite.name).Append('(');
                open.Push((composite, 0));
            }
            else
            {
                text.Append(child);
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj)
    {
        var pending = new Stack<(object? Left, object? Right)>();
        pending.Push((this, obj));
        while (pending.TryPop(out (object? Left, object? Right) pair))
        {
            if (ReferenceEquals(pair.Left, pair.Right))
            {
                continue;
            }

            if (pair.Left is not CompositeFilter left)
            {
                if (!Equals(pair.Left, pair.Right))
                {
                    return false;
                }

                continue;
            }

            if (pair.Right is not CompositeFilter right || left.hash != right.hash
                || left.name != right.name || left.Children.Count != right.Children.Count)
            {
                return false;
            }

            for (int i = 0; i < left.Children.Count; i++)
            {
                pending.Push((left.Children[i], right.Children[i]));
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public sealed override int GetHashCode() => hash;
}

/// <summary><c>and(..)</c>: the processes that all of the filters match.</summary>
public sealed class AndFilter : CompositeFilter
{
    /// <summary>Joins filters; they are tried in order, up to the first that does not match.</summary>
    /// <exception cref="LinuxMemException">There is no filter to join.</exception>
    public AndFilter(IEnumerable<ProcessFilter> children)
        : base("and", children)
    {
    }
}

/// <summary><c>or(..)</c>: the processes that at least one of the filters matches.</summary>
public sealed class OrFilter : CompositeFilter
{
    /// <summary>Joins filters; they are tried in order, up to the first that matches.</summary>
    /// <exception cref="LinuxMemException">There is no filter to join.</exception>
    public OrFilter(IEnumerable<ProcessFilter> children)
        : base("or", children)
    {
    }
}

/// <summary><c>not(..)</c>: the processes that the filter does not match.</summary>
public sealed class NotFilter : CompositeFilter
{
    /// <summary>Turns a filter around.</summary>
    public NotFilter(ProcessFilter child)
        : base("not", [child])
    {
    }
}
