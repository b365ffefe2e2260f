using LinuxMem.Fuzz;

namespace LinuxMem.Unit.Fuzz;

/// <summary>A short run of the fuzzer (tests/Fuzz); the long one is a program of its own: docs/what-is-tested.md.</summary>
[Beside(Company.Sessions)]
public class FuzzTests
{
    [Fact]
    public void Spoiled_input_does_no_harm() => Run(seed: 1, withLive: false);

    [Fact]
    public void Spoiled_input_of_this_machine_does_no_harm() => Run((ulong)Random.Shared.NextInt64(), withLive: true);

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        static string Inputs()
        {
            var seen = new List<byte[]>();
            new FuzzRun(5, [new FuzzTarget("kept", [[1, 2, 3], [4]], input => seen.Add(input))]).Run(500, 1, hang => Assert.Fail(hang.ToString()));
            return string.Join(',', seen.Select(Convert.ToHexString));
        }

        Assert.Equal(Inputs(), Inputs());
    }

    [Fact]
    public void What_a_parser_does_wrong_is_found()
    {
        FuzzTarget[] targets =
        [
            new("throws", ["12"u8.ToArray()], input => _ = input[1]),
            new("allocates", ["12"u8.ToArray()], _ => GC.KeepAlive(new byte[1 << 20])),
            new("breaks a rule", ["12"u8.ToArray()], input => BrokenRuleException.ThrowUnless(input.Length < 100, "too long")),
            new("is right", ["12"u8.ToArray()], _ => { }),
        ];
        var run = new FuzzRun(7, targets);

        run.Run(4000, 2, hang => Assert.Fail(hang.ToString()));

        Assert.Equal(["allocates", "breaks a rule", "throws"], run.Findings.Select(finding => finding.Target).Distinct().Order());
    }

    private static void Run(ulong seed, bool withLive)
    {
        using var targets = new FuzzTargets(withLive);
        var run = new FuzzRun(seed, targets.All);

        run.Run(100_000, Environment.ProcessorCount, hang => Assert.Fail(hang.ToString()));

        Assert.True(run.Findings.Count == 0, string.Join('\n', run.Findings));
        Assert.InRange(run.Count, 100_000, long.MaxValue);
    }
}
