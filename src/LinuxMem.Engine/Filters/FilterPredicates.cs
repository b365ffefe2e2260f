using System.Collections.ObjectModel;
using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// All predicates of the filter language. Those that compare a property are generated from
/// <see cref="ProcessProperties"/>.
/// </summary>
public static class FilterPredicates
{
    /// <summary>
    /// The order in documentation and error messages. Properties not listed here follow, in the order of
    /// <see cref="ProcessProperties.All"/>.
    /// </summary>
    private static readonly string[] Order = ["uid", "gid", "user", "pid", "ppid", "descendants", "comm", "exe", "cmdline", "cgroup", "unit", "container", "pod", "instance"];

    private static readonly Dictionary<string, FilterPredicate> ByName;

    static FilterPredicates()
    {
        FilterPredicate descendants = new(
            "descendants(pid)", FilterArgument.Number, "all processes below process pid, itself left out", "descendants(1234)",
            ProcessFacts.None, (filter, process, tree) => tree.Descendants((int)filter.Number).Contains(process.Id)) { IsOfProcessIds = true };
        IEnumerable<FilterPredicate> simple = ProcessProperties.All.Where(property => property.Predicate is not null).Select(property => new FilterPredicate(property))
            .Append(descendants)
            .OrderBy(predicate => Array.IndexOf(Order, predicate.Name) is >= 0 and int place ? place : Order.Length);
        All = Array.AsReadOnly<FilterPredicate>(
        [
            new("true()", FilterArgument.None, "every process", "true()", FilterOperator.True),
            new("false()", FilterArgument.None, "no process", "false()", FilterOperator.False),
            new("and(filter,..)", FilterArgument.Filters, "processes that all of the filters match", "and(uid(0),comm(sshd))", FilterOperator.And),
            new("or(filter,..)", FilterArgument.Filters, "processes that at least one of the filters matches", "or(comm(cron),comm(atd))", FilterOperator.Or),
            new("not(filter)", FilterArgument.Filter, "processes that the filter does not match", "not(uid(0))", FilterOperator.Not),
            .. simple,
            new("env_k(K)", FilterArgument.Name, "processes started with the environment variable K", "env_k(DISPLAY)", ProcessFacts.Variables, HasVariable),
            new("env_kv(K,V)", FilterArgument.NameAndPattern, "processes started with the environment variable K set to V", "env_kv(ORACLE_SID,PROD*)", ProcessFacts.Variables, HasVariable),
        ]);
        ByName = All.ToDictionary(predicate => predicate.Name, StringComparer.Ordinal);
    }

    /// <summary>All predicates, in the order of the documentation.</summary>
    public static ReadOnlyCollection<FilterPredicate> All { get; }

    /// <summary>Finds a predicate by its name, in lower case; null when there is none.</summary>
    public static FilterPredicate? Find(string name) => ByName.GetValueOrDefault(name);

    private static bool HasVariable(PredicateFilter filter, MemProcess process, ProcessTree tree) =>
        process.Variable(filter.Name!) is { Value: string value } variable
        && (filter.Pattern is null || (variable.IsMasked ? throw Masked(filter) : filter.Pattern.Matches(value)));

    private static LinuxMemException Masked(PredicateFilter filter) => new(
        LinuxMemError.InvalidArgument,
        $"The filter {filter} cannot be answered: the snapshot was taken without the values of {filter.Name}. Take it with -IncludeEnvironment {filter.Name} (linuxmem: --include-environment {filter.Name}).",
        filter.ToString());
}
