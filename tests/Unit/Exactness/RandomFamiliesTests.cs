using LinuxMem.Families;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Exactness;

/// <summary>
/// Families of processes with any memory that a kernel gives, laid out at random; the same in every run. More of them:
/// <c>./build.sh bench families</c>.
/// </summary>
public class RandomFamiliesTests(StagingGround ground) : StagedTests(ground)
{
    [Fact]
    public void Families_have_the_figures_of_a_plain_count()
    {
        const ulong Families = 16;
        using FamilyGround families = Make();
        for (ulong seed = 1; seed <= Families; seed++)
        {
            FamilyOutcome outcome = FamilyCheck.Run(families, seed);
            Assert.True(outcome.Differences.Count == 0, $"{outcome}\nAgain: ./build.sh bench families --seed {seed} --count 1");
        }
    }

    [Fact]
    public void A_seed_makes_the_same_family_again()
    {
        using FamilyGround families = Make();

        Assert.Equal(Describe(), Describe());
        Assert.NotEqual(Describe(seed: 3), Describe(seed: 4));

        string Describe(ulong seed = 7)
        {
            using Family family = families.Stage(seed);
            return $"{family.Pids.Count} processes; {string.Join(", ", family.Did.Select(step => $"{step.Key} {step.Value.Times}"))}";
        }
    }

    [Fact]
    public void A_page_too_many_is_found()
    {
        using FamilyGround families = Make();

        FamilyOutcome outcome = FamilyCheck.Run(families, seed: 2, count => count[0].Frames.Add(1UL << 50));

        Assert.Contains(outcome.Differences, difference => difference.Contains("MemRss", StringComparison.Ordinal));
        Assert.Contains("seed 2", outcome.ToString(), StringComparison.Ordinal);
    }

    private FamilyGround Make()
    {
        Ground.Require();
        try
        {
            return FamilyGround.Make();
        }
        catch (FamilyException e)
        {
            throw Xunit.Sdk.SkipException.ForSkip($"Not tested: {e.Message}");
        }
    }
}
