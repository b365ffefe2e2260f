using System.Collections.Concurrent;
using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Threads;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Threads;

/// <summary>A scan that gives way: its threads do, and no other.</summary>
public class FirstThingTests
{
    [Fact]
    public void Threads_of_a_scan_that_gives_way_are_nice_and_the_caller_is_not()
    {
        int before = NiceOf(ThreadId.Own);
        var seen = new ConcurrentBag<(int Thread, int Nice, string Disk)>();
        using (new LowPriority())
        {
            // The threads of a crew, those that do parts of something, and those that these start.
            new Crew(OwnThread.Observe, new Patience(Deadlines.Usual), static _ => { }).Run(2, _ => Note(), TestContext.Current.CancellationToken);
            ParallelWork.For(4, 3, _ => Note(), TestContext.Current.CancellationToken);
            AbandonableCall.Run(
                _ =>
                {
                    ParallelWork.For(2, 2, _ => Note(), CancellationToken.None);
                    return true;
                },
                TestContext.Current.CancellationToken);
        }

        Assert.Equal(8, seen.Count);
        Assert.All(seen, one => Assert.Equal(19, one.Nice));
        Assert.All(seen, one => Assert.Equal(Command.Exists("ionice") ? "idle" : string.Empty, one.Disk));
        Assert.DoesNotContain(seen, one => one.Thread == ThreadId.Own);
        Assert.Equal(before, NiceOf(ThreadId.Own));
        Assert.Null(FirstThing.Current);

        ParallelWork.For(1, 2, _ => Assert.Equal(before, NiceOf(ThreadId.Own)), TestContext.Current.CancellationToken);

        void Note() => seen.Add((ThreadId.Own, NiceOf(ThreadId.Own), Command.Exists("ionice") ? Command.Run("ionice", ["-p", ThreadId.Own.ToString(CultureInfo.InvariantCulture)]).Trim() : string.Empty));
    }

    /// <summary>The 19th field of stat, the 17th after the name.</summary>
    private static int NiceOf(int thread)
    {
        string stat = File.ReadAllText($"/proc/self/task/{thread}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
