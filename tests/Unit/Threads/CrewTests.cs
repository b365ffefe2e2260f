using System.Diagnostics;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Unit.Threads;

[Collection(Staging.StagedCollection.Name)]
[Beside(Company.Sessions)]
public class CrewTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Shorter than that of a command: how long it is changes nothing here.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void What_fails_before_the_work_begins_ends_it()
    {
        var crew = new Crew(static () => throw new InvalidOperationException("no observer"), new Patience(new Deadlines { Answer = Longest }), static _ => { });

        Assert.Equal("no observer", Assert.Throws<InvalidOperationException>(() => crew.Run(2, static _ => { }, default)).Message);
    }

    [Fact]
    public void A_thread_that_waits_is_replaced_and_left_behind()
    {
        using var never = new ManualResetEventSlim();
        var silent = new List<string>();
        var answers = new int[20];
        try
        {
            var clock = Stopwatch.StartNew();
            new Inquiry<int>(20, (i, question) => question.MayAsk(new Named(("crew", i), "crew")) ? Answer(i) : 0, (i, answer) => answers[i] = answer, (i, why) => silent.Add($"{i}: {why}"))
                .Run(OwnThread.Observe, new Patience(new Deadlines { Answer = Longest }), 1, default);

            Assert.Equal(["7: does not answer"], silent);
            Assert.Equal(Enumerable.Range(0, 20).Select(i => i == 7 ? 0 : i + 1), answers);
            Assert.InRange(clock.Elapsed, Longest - TimeSpan.FromSeconds(1), 2 * Longest);
        }
        finally
        {
            never.Set();
            Assert.True(SpinWait.SpinUntil(() => Unanswered.Threads == 0, Bound));
        }

        int Answer(int i)
        {
            if (i == 7)
            {
                never.Wait();
            }

            return i + 1;
        }
    }

    [Fact]
    public void One_that_has_much_to_do_is_not_given_up()
    {
        var silent = new List<int>();
        var answers = new int[1];
        new Inquiry<int>(1, (_, _) => Work(), (i, answer) => answers[i] = answer, (i, _) => silent.Add(i))
            .Run(OwnThread.Observe, new Patience(new Deadlines { Answer = Longest }), 1, default);

        Assert.Empty(silent);
        Assert.Equal([1], answers);

        static int Work()
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < Longest + TimeSpan.FromSeconds(1))
            {
                Thread.SpinWait(1000);
            }

            return 1;
        }
    }

    [Fact]
    public void Who_has_not_answered_is_not_asked_again_until_it_has()
    {
        using var never = new ManualResetEventSlim();
        int asked = 0;
        try
        {
            Assert.Equal([Unanswered.NoAnswer], Ask());
            Assert.Equal([Unanswered.NoAnswer], Ask());
            Assert.Equal(1, asked);
        }
        finally
        {
            never.Set();
        }

        Assert.True(SpinWait.SpinUntil(() => Unanswered.Threads == 0, Bound));
        Assert.Empty(Ask());
        Assert.Equal(2, asked);

        List<string> Ask()
        {
            var silent = new List<string>();
            new Inquiry<bool>(1, (_, question) => question.MayAsk(new Named("again", "crew")) && Wait(), (_, _) => { }, (_, why) => silent.Add(why))
                .Run(OwnThread.Observe, new Patience(new Deadlines { Answer = Longest }), 1, default);
            return silent;
        }

        bool Wait()
        {
            Interlocked.Increment(ref asked);
            never.Wait();
            return true;
        }
    }

    [Fact]
    public void Cancelled_it_ends_at_once_whatever_waits()
    {
        using var never = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            var clock = Stopwatch.StartNew();
            Assert.ThrowsAny<OperationCanceledException>(() => new Inquiry<bool>(
                4,
                (_, _) =>
                {
                    never.Wait();
                    return true;
                },
                (_, _) => { },
                (_, _) => { }).Run(OwnThread.Observe, new Patience(new Deadlines { Answer = Longest }), 2, stop.Token));

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"it took {clock.Elapsed}");
        }
        finally
        {
            never.Set();
            Assert.True(SpinWait.SpinUntil(() => Unanswered.Threads == 0, Bound));
        }
    }

    [Fact]
    public void The_first_failure_comes_to_the_caller()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Inquiry<bool>(9, (i, _) => i == 4 ? throw new InvalidOperationException("four") : true, (_, _) => { }, (_, _) => { })
            .Run(OwnThread.Observe, new Patience(new Deadlines { Answer = Longest }), 2, default));

        Assert.Equal("four", error.Message);
    }

    private sealed class Named(object name, object owner) : Respondent
    {
        public override object Name => name;

        public override object Owner => owner;
    }
}
