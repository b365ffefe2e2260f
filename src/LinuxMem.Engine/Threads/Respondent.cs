namespace LinuxMem.Engine.Threads;

/// <summary>Whoever is asked something and may never answer, such as a process.</summary>
internal abstract class Respondent
{
    /// <summary>Tells it from all others; compared by value.</summary>
    public abstract object Name { get; }

    /// <summary>Whose it is; compared by value. The threads that wait for one owner's are limited.</summary>
    public abstract object Owner { get; }
}

/// <summary>Whether to ask.</summary>
internal enum Verdict
{
    /// <summary>It may be asked.</summary>
    Ask,

    /// <summary>So many of its owner's keep threads waiting that it is not to be asked now, but they may still answer.</summary>
    Later,

    /// <summary>It was asked before, and has not answered yet.</summary>
    Silent,

    /// <summary>So many of its owner's do not answer that it is not asked.</summary>
    Refused,
}
