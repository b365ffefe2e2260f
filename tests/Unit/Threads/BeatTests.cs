using System.Diagnostics;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Unit.Threads;

[Beside(Company.Sessions)]
public class BeatTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(0, 0.2, 1)]
    [InlineData(1, 1.3, 2)]
    [InlineData(1, 4.3, 5)] // three are skipped
    [InlineData(2, 1.999, 3)] // the wait for the second has ended early
    [InlineData(7, 8, 9)] // a beat that has begun has passed
    public void The_next_beat_lies_on_the_grid_and_none_comes_twice(long last, double elapsed, long next) =>
        Assert.Equal(next, Beat.Next(last, TimeSpan.FromSeconds(elapsed), Second));

    [Fact]
    public void Beats_do_not_drift_by_the_time_that_work_takes()
    {
        var beat = new Beat(TimeSpan.FromMilliseconds(50));
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < 10; i++)
        {
            // Work of less than an interval: ten intervals and ten pieces of work are not added up.
            Thread.Sleep(20);
            beat.Wait(CancellationToken.None);
        }

        // The tenth beat is never before its time; that it comes soon after it is up to the machine.
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(490), clock.Elapsed.ToString());
    }

    [Fact]
    public void A_wait_of_days_ends_at_once_when_it_is_cancelled()
    {
        var beat = new Beat(Beat.Longest);
        using var stop = new CancellationTokenSource();
        WorkThread<bool> waiting = WorkThread<bool>.TryStart("wait", () =>
        {
            Assert.ThrowsAny<OperationCanceledException>(() => beat.Wait(stop.Token));
            return true;
        })!;
        stop.Cancel();

        Assert.True(waiting.Wait(TimeSpan.FromSeconds(10)));
        Assert.True(waiting.Result());
    }
}
