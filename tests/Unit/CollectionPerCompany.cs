using System.Reflection;
using Xunit.v3;

namespace LinuxMem.Unit;

/// <summary>
/// Which tests may run at once: each class with <see cref="Company.Everybody"/> beside each other, of all others never two. Where all
/// are run at once, such as from an editor, the first go before the others.
/// </summary>
public sealed class CollectionPerCompany(IXunitTestAssembly testAssembly) : TestCollectionFactoryBase(testAssembly)
{
    private readonly XunitTestCollection machine = new(testAssembly, null, disableParallelization: true, "The machine");

    public override string DisplayName => "one at a time on the machine, others by class";

    protected override IXunitTestCollection GetDefaultTestCollection(Type testClass) =>
        testClass.GetCustomAttribute<BesideAttribute>()?.Company == Company.Everybody
            ? new XunitTestCollection(TestAssembly, null, disableParallelization: false, testClass.FullName!)
            : machine;
}
