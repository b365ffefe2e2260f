using Xunit.v3;

namespace LinuxMem.Unit;

/// <summary>
/// Which tests may run at once. Most stage processes, count what the machine has, or change settings of it (swap, huge
/// pages): never two of them. Those of the rooms that only work on text and numbers, and single classes that only work on their
/// own files, run beside each other, before all others: nothing that counts the machine is disturbed by them.
/// </summary>
public sealed class CollectionPerMachineOrClass(IXunitTestAssembly testAssembly) : TestCollectionFactoryBase(testAssembly)
{
    private static readonly string[] RoomsWithoutMachine = ["Filters", "Frames", "Help", "Paging", "Procfs"];

    private static readonly Type[] WithoutMachine =
        [typeof(Html.BrowserTests), typeof(Metrics.PrometheusTests), typeof(Snapshots.ArchiveTests), typeof(Snapshots.CraftedSnapshotTests), typeof(Snapshots.PageRunTests)];

    private readonly XunitTestCollection machine = new(testAssembly, null, disableParallelization: true, "The machine");

    public override string DisplayName => "one at a time on the machine, others by class";

    protected override IXunitTestCollection GetDefaultTestCollection(Type testClass) =>
        RoomsWithoutMachine.Contains(testClass.Namespace?.Split('.')[^1]) || WithoutMachine.Contains(testClass)
            ? new XunitTestCollection(TestAssembly, null, disableParallelization: false, testClass.FullName!)
            : machine;
}
