using System.Reflection;
using System.Text.RegularExpressions;

namespace LinuxMem.Unit.Hostile;

/// <summary>docs/what-is-tested.md tells the truth.</summary>
[Beside(Company.Everybody)]
public partial class WhatIsTestedTests
{
    [Fact]
    public void Every_test_it_names_exists()
    {
        string[] named = [.. Named()];

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Tests().Select(NameOf)));
    }

    [Fact]
    public void Every_test_of_hostile_input_and_other_kernels_is_named()
    {
        IEnumerable<MethodInfo> wanted = Tests().Where(test =>
            test.DeclaringType != typeof(WhatIsTestedTests)
            && test.DeclaringType!.Namespace is "LinuxMem.Unit.Hostile" or "LinuxMem.Unit.KernelVariety" or "LinuxMem.Unit.Fuzz");

        Assert.Empty(wanted.Select(NameOf).Except(Named()));
    }

    private static IEnumerable<MethodInfo> Tests() => typeof(WhatIsTestedTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttributes<FactAttribute>().Any());

    private static string NameOf(MethodInfo test) => $"{test.DeclaringType!.Name}.{test.Name}";

    private static IEnumerable<string> Named() => TestName().Matches(File.ReadAllText(Document())).Select(match => match.Groups["name"].Value).Distinct();

    private static string Document()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "docs/what-is-tested.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/what-is-tested.md is not above the folder of the tests");
    }

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests\\.\\w+)`")]
    private static partial Regex TestName();
}
