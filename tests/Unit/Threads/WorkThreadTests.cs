using System.Diagnostics;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Unit.Threads;

[Beside(Company.Sessions)]
public class WorkThreadTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public void What_the_work_throws_comes_out_where_its_result_is_asked_for()
    {
        WorkThread<int> thread = WorkThread<int>.TryStart("test", () => throw new InvalidOperationException("of the work"))!;

        Assert.True(thread.Wait(Deadline));
        Assert.Equal("of the work", Assert.Throws<InvalidOperationException>(() => thread.Result()).Message);
    }

    [Fact]
    public void Parallel_work_calls_each_number_once_and_hands_on_the_first_failure_as_it_is()
    {
        int[] calls = new int[1000];
        ParallelWork.For(calls.Length, 8, i => Interlocked.Increment(ref calls[i]));

        Assert.All(calls, count => Assert.Equal(1, count));
        Assert.Throws<FormatException>(() => ParallelWork.For(1000, 8, i => throw new FormatException()));
        Assert.Throws<OperationCanceledException>(() => ParallelWork.For(1000, 8, _ => { }, new CancellationToken(true)));
    }

    [Fact]
    public void Work_that_does_not_answer_is_left_behind_and_what_it_brings_late_is_given_back()
    {
        using var answer = new ManualResetEventSlim();
        using var givenBack = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        long started = Stopwatch.GetTimestamp();

        Assert.Throws<OperationCanceledException>(() => AbandonableCall.Run(
            _ =>
            {
                answer.Wait(Deadline);
                return new Returned(givenBack);
            },
            stop.Token));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Deadline / 2);
        Assert.False(givenBack.IsSet);
        answer.Set();
        Assert.True(givenBack.Wait(Deadline));
    }

    private sealed class Returned(ManualResetEventSlim sign) : IDisposable
    {
        public void Dispose() => sign.Set();
    }
}
