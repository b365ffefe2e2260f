using System.Collections.Concurrent;

namespace LinuxMem.Engine.Threads;

/// <summary>Asks many, on the threads of a <see cref="Crew"/>, one question each.</summary>
/// <param name="count">How many are asked.</param>
/// <param name="ask">Asks one. It is called on a thread that may be left behind, and writes nothing that others see.</param>
/// <param name="take">Takes an answer, on the same thread.</param>
/// <param name="silent">Told of each that does not answer, and why.</param>
/// <typeparam name="T">An answer.</typeparam>
internal sealed class Inquiry<T>(int count, Func<int, Inquiry<T>.Question, T> ask, Action<int, T> take, Action<int, string> silent)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Made when it is needed, which it hardly ever is: .NET compiles it in each process.
    private ConcurrentQueue<int>? later;
    private int next;

    /// <summary>Asks all.</summary>
    /// <param name="observe">See <see cref="Crew"/>.</param>
    /// <param name="patience">How long is waited for answers.</param>
    /// <param name="threads">How many threads ask.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(Func<Func<bool>> observe, Patience patience, int threads, CancellationToken cancellation)
    {
        var crew = new Crew(observe, patience, hand => silent(hand.Index, Unanswered.NoAnswer)) { HasMore = () => Volatile.Read(ref next) < count || Volatile.Read(ref later) is { IsEmpty: false } };
        crew.Run(Math.Max(1, Math.Min(threads, count)), Work, cancellation);
    }

    private void Work(Hand hand)
    {
        var question = new Question(hand);
        try
        {
            while (!hand.IsOver && TryNext(out int i))
            {
                question.Begin();
                hand.Begin(i, null);
                T answer = ask(i, question);
                if (!hand.TryEnd())
                {
                    return;
                }

                End(i, question.Verdict, answer);
            }
        }
        finally
        {
            (hand.Tag as IDisposable)?.Dispose();
        }
    }

    private void End(int i, Verdict verdict, T answer)
    {
        switch (verdict)
        {
            case Verdict.Ask:
                take(i, answer);
                break;
            case Verdict.Later:
                (Volatile.Read(ref later) ?? Interlocked.CompareExchange(ref later, new ConcurrentQueue<int>(), null) ?? later).Enqueue(i);
                break;
            default:
                silent(i, verdict == Verdict.Silent ? Unanswered.NoAnswer : Unanswered.NotAsked);
                break;
        }
    }

    private bool TryNext(out int i)
    {
        i = Volatile.Read(ref next) < count ? Interlocked.Increment(ref next) - 1 : count;
        if (i < count)
        {
            return true;
        }

        if (Volatile.Read(ref later) is not ConcurrentQueue<int> waiting || !waiting.TryDequeue(out i))
        {
            return false;
        }

        // Others of the same owner keep too many waiting; in a while they have answered or been given up.
        Thread.Sleep(Pause);
        return true;
    }

    /// <summary>One question, as it is being asked; a thread has one for all that it asks.</summary>
    public sealed class Question(Hand hand)
    {
        /// <summary>Forgets the one asked before.</summary>
        public void Begin() => Verdict = Verdict.Ask;

        /// <summary>Whether it may be asked.</summary>
        public Verdict Verdict { get; private set; }

        /// <summary>The thread's own means to ask with, kept from one question to the next and disposed of at its end.</summary>
        /// <param name="make">Makes them.</param>
        public TTool Tool<TTool>(Func<TTool> make)
            where TTool : class, IDisposable => (TTool)(hand.Tag ??= make());

        /// <summary>Says who is asked; false when that is not to be done now, or not at all.</summary>
        public bool MayAsk(Respondent respondent)
        {
            Verdict = Unanswered.Look(respondent);
            if (Verdict == Verdict.Ask)
            {
                hand.Asks(respondent);
            }

            return Verdict == Verdict.Ask;
        }
    }
}
