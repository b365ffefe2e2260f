using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// What comes through the pipeline, by the tree that it is to be looked up in: what was reported of a snapshot is looked up in that
/// snapshot, never on this machine. Files are snapshots to read.
/// </summary>
/// <typeparam name="T">What takes the objects of one tree.</typeparam>
internal sealed class PipedTrees<T>
    where T : class, new()
{
    private readonly List<string> snapshots = [];
    private readonly List<TreeInput<T>> trees = [];

    /// <summary>The files of snapshots.</summary>
    public IReadOnlyList<string> Snapshots => snapshots;

    /// <summary>What came, a part for each tree; null is the one that the cmdlet reads.</summary>
    public IReadOnlyList<TreeInput<T>> Trees => trees;

    /// <summary>Adds one object.</summary>
    /// <param name="input">The object.</param>
    /// <param name="isTreeGiven">True when -ProcRoot says where to look up everything.</param>
    /// <param name="add">Adds what is no file.</param>
    /// <exception cref="LinuxMemException">It cannot be taken.</exception>
    public void Add(object? input, bool isTreeGiven, Action<T, object?> add)
    {
        if ((input is PSObject wrapped ? wrapped.BaseObject : input) is FileSystemInfo file)
        {
            snapshots.Add(file.FullName);
            return;
        }

        string? tree = isTreeGiven || input is null ? null : TreeOf(PSObject.AsPSObject(input));
        T? there = trees.Find(one => one.Tree == tree)?.Input;
        T taker = there ?? new T();
        add(taker, input);
        if (there is null)
        {
            trees.Add(new TreeInput<T>(tree, taker));
        }
    }

    /// <summary>What belongs to no tree of its own; null for nothing.</summary>
    public T? Own => trees.Find(one => one.Tree is null)?.Input;

    /// <summary>The tree or snapshot that an object was reported of; null for none.</summary>
    private static string? TreeOf(PSObject source) => source.BaseObject is string or ValueType ? null : PipedGroup.Text(source, nameof(MemGroup.ProcRoot)) is { Length: > 0 } tree ? tree : null;
}

/// <summary>What came through the pipeline of one tree; null for the tree that the command reads anyway.</summary>
internal sealed record TreeInput<T>(string? Tree, T Input);
