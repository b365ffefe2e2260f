using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Processes;

/// <summary>
/// Reads files of other processes so that none of them can hold anything up: on threads that can be left behind. What does
/// not answer is marked (<see cref="MemProcess.Unread"/>) and not asked again.
/// </summary>
internal static class ProcessInquiry
{
    /// <summary>Reads files in the folder of a process, which may not be open.</summary>
    public delegate T FolderReader<out T>(in MachineFolder place);

    /// <summary>Asks many processes, as far as they have answered so far.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="threads">The most threads that ask.</param>
    /// <param name="ask">Reads files of a process, and writes nothing that others see.</param>
    /// <param name="take">Takes what was read; called on the same thread.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Each<T>(IReadOnlyList<MemProcess> processes, int threads, Func<MemProcess, T> ask, Action<MemProcess, T> take, CancellationToken cancellation)
    {
        MemProcess[] answering = [.. processes.Where(process => process.Unread is null)];
        if (answering.Length == 0)
        {
            return;
        }

        new Inquiry<T?>(
            answering.Length,
            (i, question) => question.MayAsk(answering[i].Respondent) ? ask(answering[i]) : default,
            (i, answer) => take(answering[i], answer!),
            (i, why) => answering[i].Silence(why))
            .Run(OwnThread.Observe, answering[0].Patience, FewerForFew(threads, answering.Length), cancellation);
    }

    /// <summary>Asks one process, on the calling thread if that can be left behind itself.</summary>
    /// <returns>False when it does not answer, and when the command was cancelled that listed it.</returns>
    public static bool TryAsk<T>(MemProcess process, Func<T> ask, out T? answer)
    {
        try
        {
            return TryAsk(process, ask, process.Stopped, out answer);
        }
        catch (OperationCanceledException) when (process.Stopped.IsCancellationRequested)
        {
            answer = default;
            return false;
        }
    }

    /// <summary>Reads a file of each of many processes that are not listed yet. One that does not answer is left out.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="ids">The numbers.</param>
    /// <param name="ask">Reads files in the folder of a process, and writes nothing that others see.</param>
    /// <param name="take">Takes what was read, in any order.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void EachNumber<T>(Machine root, IReadOnlyList<int> ids, FolderReader<T> ask, Action<int, T> take, CancellationToken cancellation)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var gate = new Lock();
        new Inquiry<T?>(ids.Count, Ask, Take, static (_, _) => { }).Run(OwnThread.Observe, new Patience(root.Deadlines, root.AlwaysAnswers), 1, cancellation);

        T? Ask(int i, Inquiry<T?>.Question question)
        {
            Span<byte> name = stackalloc byte[64];
            using MachineFolder place = root.OpenPlace(Machine.ProcessPath(name, ids[i], default));
            return question.MayAsk(new ProcessRespondent(root, ids[i], place.IsOpen ? ProcessOwner.Of(place) : default)) ? ask(place) : default;
        }

        void Take(int i, T? answer)
        {
            lock (gate)
            {
                take(ids[i], answer!);
            }
        }
    }

    /// <summary>One thread for 32 processes: starting a thread costs as much as reading several.</summary>
    public static int FewerForFew(int threads, int count) => Math.Clamp(count / 32, 1, threads);

    private static bool TryAsk<T>(MemProcess process, Func<T> ask, CancellationToken cancellation, out T? answer)
    {
        answer = default;
        if (Hand.IsHere)
        {
            answer = ask();
            return true;
        }

        if (Unanswered.Look(process.Respondent) is Verdict.Silent or Verdict.Refused)
        {
            return false;
        }

        T? taken = default;
        bool isTaken = false;
        new Inquiry<T?>(
            1,
            (_, question) => question.MayAsk(process.Respondent) ? ask() : default,
            (_, found) => (taken, isTaken) = (found, true),
            (_, why) => process.Silence(why))
            .Run(OwnThread.Observe, process.Patience, 1, cancellation);
        answer = taken;
        return isTaken;
    }
}
