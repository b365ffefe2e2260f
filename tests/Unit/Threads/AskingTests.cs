using System.Diagnostics;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Unit.Threads;

[Beside(Company.Sessions)]
public class AskingTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void All_are_asked_by_fewer_threads()
    {
        string?[] answers = new Asking<string>(50, i => $"answer {i}").Run(3, Long, Long, default);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"answer {i}"), answers);
    }

    [Fact]
    public void What_does_not_come_back_keeps_neither_the_others_nor_the_caller()
    {
        using var never = new ManualResetEventSlim();
        try
        {
            var clock = Stopwatch.StartNew();
            string?[] answers = new Asking<string>(6, i =>
            {
                if (i < 3)
                {
                    never.Wait();
                }

                return "answer";
            }).Run(2, TimeSpan.FromMilliseconds(300), Long, default);

            Assert.Equal([null, null, null, "answer", "answer", "answer"], answers);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
        }
        finally
        {
            never.Set();
        }
    }

    [Fact]
    public void An_exception_comes_to_the_caller()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Asking<string>(9, i => i == 4 ? throw new InvalidOperationException("four") : "answer").Run(2, Long, Long, default));

        Assert.Equal("four", error.Message);
    }

    [Fact]
    public void When_stopped_it_waits_no_longer_than_it_was_told()
    {
        using var never = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            var clock = Stopwatch.StartNew();
            Assert.ThrowsAny<OperationCanceledException>(() => new Asking<string>(2, _ =>
            {
                never.Wait();
                return "answer";
            }).Run(2, Long, TimeSpan.FromMilliseconds(300), stop.Token));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
        }
        finally
        {
            never.Set();
        }
    }
}
