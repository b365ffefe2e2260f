using Xunit.v3;

namespace LinuxMem.Unit;

/// <summary>
/// What may go on while the tests of a class run; <c>tests/Runners.ps1</c> has a run for each of <see cref="Company"/>. A class that
/// does not say it has <see cref="Company.Files"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BesideAttribute(Company company) : Attribute, ITraitAttribute
{
    public Company Company => company;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Beside", company.ToString())];
}

/// <summary>What goes on beside a test. No two tests of real processes run at once; those that only read files of their own do.</summary>
public enum Company
{
    /// <summary>Nothing: it counts what the whole machine has.</summary>
    Nobody,

    /// <summary>
    /// Tests that only read files of their own. For tests that change settings of the machine, or stage what others look at or wait for:
    /// processes that do not answer, instances of Oracle, which every snapshot asks; and for those that nobody has thought about.
    /// </summary>
    Files,

    /// <summary>The Pester files that run beside other tests, too: other processes come and go, and look at all there are. It neither minds nor keeps them from it.</summary>
    Sessions,

    /// <summary>Anything: it reads files and text of its own, and looks at nothing else of the machine or of the process that it runs in.</summary>
    Everybody,
}
