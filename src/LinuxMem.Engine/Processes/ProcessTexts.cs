using System.Collections.Concurrent;
using LinuxMem.Engine.Frames;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// The texts that processes say of themselves: each is kept once however many say it, and counts against the memory limit.
/// Long ones are kept only while there is room; others are read again on each use. Used by several threads.
/// </summary>
/// <param name="canReadAgain">False where what is not kept is lost when the machine is closed: there is more room then.</param>
internal sealed class ProcessTexts(bool canReadAgain)
{
    /// <summary>The longest text, in characters, that is always kept.</summary>
    private const int Short = 4096;

    /// <summary>Bytes of an environment that is always kept; tiny variables take ten times their length.</summary>
    private const int SmallEnvironment = 32 << 10;

    private readonly long room = canReadAgain ? 64 << 20 : 128 << 20;

    /// <summary>Bytes that a text takes beside its characters: the string, and its place in the dictionary.</summary>
    private const int Overhead = 100;

    private readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);
    private long longTexts;
    private long largeEnvironments;
    private long bytes;

    /// <summary>What they count against; null for no limit.</summary>
    public MemoryBudget? Budget { get; private set; }

    /// <summary>Bytes that they take.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>Counts all of them, also those to come, against a limit.</summary>
    /// <exception cref="LinuxMemException">They are more than that (<see cref="LinuxMemError.MemoryLimit"/>).</exception>
    public void CountAgainst(MemoryBudget budget)
    {
        budget.Take(Bytes);
        Budget = budget;
    }

    /// <summary>The text, or the one equal to it that is kept already.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public string Share(string text) => Share(text, out _);

    /// <summary>The text, or the one equal to it that is kept already.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isKept">False for a long one that there is no room for: the caller must not keep it either.</param>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public string Share(string text, out bool isKept)
    {
        isKept = true;
        if (text.Length == 0)
        {
            return string.Empty;
        }

        if (known.TryGetValue(text, out string? same))
        {
            return same;
        }

        long size = (2L * text.Length) + Overhead;
        if (text.Length > Short && !HasRoom(size, ref longTexts))
        {
            isKept = false;
            return text;
        }

        Count(size);
        return known.GetOrAdd(text, text);
    }

    /// <summary>Whether there is room to keep an environment; a small one always is.</summary>
    /// <exception cref="LinuxMemException">The memory limit would be passed.</exception>
    public bool HasRoomFor(IReadOnlyDictionary<string, string> environment)
    {
        long size = 200;
        foreach ((string name, string value) in environment)
        {
            size += (2L * (name.Length + value.Length)) + Overhead;
        }

        if (size > SmallEnvironment && !HasRoom(size, ref largeEnvironments))
        {
            return false;
        }

        Count(size);
        return true;
    }

    private bool HasRoom(long size, ref long taken)
    {
        if (Interlocked.Add(ref taken, size) <= Math.Min(room, (Budget?.Limit ?? long.MaxValue) / 4))
        {
            return true;
        }

        Interlocked.Add(ref taken, -size);
        return false;
    }

    private void Count(long size)
    {
        Budget?.Take(size);
        Interlocked.Add(ref bytes, size);
    }
}
