using System.Globalization;
using System.Reflection;
using LinuxMem.Engine.Filters;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Unit.Filters;

namespace LinuxMem.Unit.Processes;

/// <summary>Every property of the table works wherever the table says that it does: on a real process.</summary>
[Beside(Company.Sessions)]
public sealed class ProcessPropertyTests : IDisposable
{
    private readonly StagedProcess staged = new("export A_VARIABLE=1; exec bash -c 'echo ready; read -r line' zero 'two words'");

    public static TheoryData<string> Names => [.. ProcessProperties.All.Select(property => property.Name)];

    /// <summary>What a process outside of units and containers does not have.</summary>
    private static string[] InContainers => [nameof(MemProcess.Unit), nameof(MemProcess.Container), nameof(MemProcess.Pod), nameof(MemProcess.Instance)];

    public void Dispose() => staged.Dispose();

    [Fact]
    public void No_two_properties_go_by_one_name()
    {
        IEnumerable<string> names = ProcessProperties.All.SelectMany(AllNames);

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase).Count(), names.Count());
        Assert.All(ProcessProperties.All, property => Assert.All(AllNames(property), name =>
        {
            Assert.Same(property, ProcessProperties.Find(name));
            Assert.Same(property, ProcessProperties.Find(name.ToUpperInvariant()));
        }));
        Assert.Null(ProcessProperties.Find("Nope"));
        Assert.Null(ProcessProperties.Find(""));
    }

    [Fact]
    public void All_that_a_listed_process_is_stands_in_the_table()
    {
        (MemProcess process, _) = Listed();

        Assert.Equal(
            // The environment is a method, so that nothing exports it; machine, time and tree are of the listing.
            from name in (from member in typeof(MemProcess).GetProperties() where member.GetValue(process) is not null || InContainers.Contains(member.Name) select member.Name)
                .Except([nameof(MemProcess.ComputerName), nameof(MemProcess.Time), nameof(MemProcess.ProcRoot)]).Append("Environment")
            orderby name
            select name,
            from name in ProcessProperties.All.Select(property => property.Member).Distinct() orderby name select name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scriptblock_sees_it_once_its_facts_are_read_even_of_a_process_that_has_ended(string name)
    {
        ProcessProperty property = ProcessProperties.Find(name)!;
        PropertyInfo? member = typeof(MemProcess).GetProperty(property.Member);
        Func<MemProcess, object?> get = member is null ? one => one.GetEnvironment() : member.GetValue;
        Type type = member is null ? typeof(object) : Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        Assert.Equal(
            type == typeof(string) ? [PropertyKind.Text]
            : type == typeof(DateTime) ? [PropertyKind.Time]
            : type == typeof(int) ? [PropertyKind.ProcessId]
            : type == typeof(long) ? [property.Kind == PropertyKind.Bytes ? PropertyKind.Bytes : PropertyKind.Number]
            : [PropertyKind.Variables],
            new[] { property.Kind });

        (MemProcess process, _) = Listed();
        (MemProcess witness, _) = Listed();
        object? before = get(witness);
        process.Facts.Keep(process.Facts.Read(property.Facts));
        staged.Dispose();

        Assert.Equal(before, get(process));
        Assert.Equal(property.Text?.Invoke(process), property.Text is null ? null : get(process));
        Assert.Equal(property.Number?.Invoke(process), property.Number is null ? null : Convert.ToInt64(get(process), CultureInfo.InvariantCulture));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_report_is_split_by_it_under_each_of_its_names(string name)
    {
        ProcessProperty property = ProcessProperties.Find(name)!;
        Assert.Equal(property.Key is not null, PropertySplit.Names.Contains(name));
        foreach (string called in AllNames(property))
        {
            if (property.Key is null)
            {
                Assert.Contains(string.Join(", ", PropertySplit.Names), Assert.Throws<LinuxMemException>(() => new PropertySplit(called)).Message, StringComparison.Ordinal);
                continue;
            }

            var split = new PropertySplit(called);
            (MemProcess process, ProcessTree tree) = Listed();
            GroupKey key = Assert.IsType<GroupKey>(split.KeyOf(process, tree));

            Assert.Equal(name, split.Name);
            Assert.Equal(property.Facts, split.Facts);
            if (InContainers.Contains(name))
            {
                continue;
            }

            object? value = typeof(MemProcess).GetProperty(property.Member)!.GetValue(process);
            Assert.NotNull(key.Value);
            Assert.Equal(name switch { nameof(MemProcess.Cgroup) => process.ControlGroup!.Key, nameof(MemProcess.User) => process.Uid, _ => value }, key.Value);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_filter_finds_the_process_by_it(string name)
    {
        ProcessProperty property = ProcessProperties.Find(name)!;
        FilterPredicate? predicate = FilterPredicates.All.SingleOrDefault(predicate => predicate.Property == property);
        Assert.Equal(property.Predicate?.Syntax, predicate?.Syntax);
        if (predicate is null)
        {
            return;
        }

        (MemProcess process, ProcessTree tree) = Listed();
        if (InContainers.Contains(name))
        {
            Assert.False(predicate.With(((PredicateFilter)FilterParser.Parse("comm(*)")).Pattern!).Matches(process, tree));
            return;
        }

        ProcessFilter filter = property.Text is null ? predicate.With(property.Number!(process)!.Value) : predicate.With(TextPattern.Literal(property.Text(process)!));
        ProcessFilter other = property.Text is null ? predicate.With(property.Number!(process)!.Value + 1) : predicate.With(TextPattern.Literal(property.Text(process) + "x"));

        Assert.True(filter.Matches(process, tree));
        Assert.False(other.Matches(process, tree));
        Assert.Equal(property.Facts, filter.Facts);
        Assert.StartsWith(property.Predicate!.Name + "(", filter.ToString(), StringComparison.Ordinal);
        Assert.Equal(filter, FilterParser.Parse(filter.ToString()!));
        Assert.Same(predicate, FilterParser.PlaceAtEnd($"and({property.Predicate.Name}(")!.Predicate);
    }

    private static IEnumerable<string> AllNames(ProcessProperty property) =>
        new[] { property.Name, property.Heading, property.Predicate?.Name ?? property.Name }.Distinct(StringComparer.OrdinalIgnoreCase);

    private (MemProcess Process, ProcessTree Tree) Listed()
    {
        ProcessTable table = ProcessListing.List(Machine.Open());
        return (table.Processes.Single(process => process.Id == staged.Id), table.Tree);
    }
}
