using System.Globalization;
using LinuxMem.Families;

namespace LinuxMem.Bench.Parts;

/// <summary>
/// Families of processes laid out at random (tests/Families): are the figures those of a plain count? Nothing is measured.
/// It ends with the first that are not, and tells the seed.
/// </summary>
internal static class FamilyComparison
{
    public static void Measure(Session session)
    {
        int count = session.Options.Count;
        ulong first = (ulong)session.Options.Seed;
        int processes = 0;
        long compared = 0;
        int done = 0;
        var steps = new SortedDictionary<string, int>(StringComparer.Ordinal);
        FamilyOutcome? wrong = null;
        try
        {
            using FamilyGround ground = FamilyGround.Make();
            foreach (string missing in ground.Missing)
            {
                Session.Say($"families do without: {missing}");
            }

            for (; done < count && wrong is null; done++)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                FamilyOutcome outcome = FamilyCheck.Run(ground, first + (ulong)done);
                Session.Say(outcome.ToString());
                processes += outcome.Processes;
                compared += outcome.Compared;
                foreach ((string step, (int times, _)) in outcome.Did)
                {
                    steps[step] = steps.GetValueOrDefault(step) + times;
                }

                wrong = outcome.Differences.Count > 0 ? outcome : null;
            }
        }
        catch (FamilyException e)
        {
            throw new BenchException(e.Message);
        }

        session.Report.AddNote(string.Create(CultureInfo.InvariantCulture, $"Families: {done} from seed {first} on, {processes} processes, {compared} figures compared."));
        session.Report.AddNote($"Families did: {string.Join(", ", steps.Select(step => $"{step.Key} {step.Value}"))}.");
        session.Report.AddBar("families: figures that differ from a plain count", "0", wrong is null ? "0" : string.Create(CultureInfo.InvariantCulture, $"{wrong.Differences.Count}, seed {wrong.Seed}"), wrong is null);
        if (wrong is not null)
        {
            session.Report.AddFailure($"The family of seed {wrong.Seed} has other figures than a plain count: see above. Again: bench families --seed {wrong.Seed} --count 1");
        }
    }
}
