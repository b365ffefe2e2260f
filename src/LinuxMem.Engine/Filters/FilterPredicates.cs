using System.Collections.ObjectModel;

namespace LinuxMem.Engine.Filters;

/// <summary>All predicates of the filter language.</summary>
public static class FilterPredicates
{
    private static readonly Dictionary<string, FilterPredicate> ByName;

    static FilterPredicates()
    {
        All = Array.AsReadOnly<FilterPredicate>(
        [
            new("true()", FilterArgument.None, "every process", "true()", _ => ConstantFilter.True),
            new("false()", FilterArgument.None, "no process", "false()", _ => ConstantFilter.False),
            new("and(filter,..)", FilterArgument.Filters, "processes that all of the filters match", "and(uid(0),comm(sshd))", v => new AndFilter(v.Filters)),
            new("or(filter,..)", FilterArgument.Filters, "processes that at least one of the filters matches", "or(comm(cron),comm(atd))", v => new OrFilter(v.Filters)),
            new("not(filter)", FilterArgument.Filter, "processes that the filter does not match", "not(uid(0))", v => new NotFilter(v.Filters[0])),
            OfId("uid(n)", "processes whose effective user id is n", "uid(1001)", n => new UidFilter((uint)n)),
            OfId("gid(n)", "processes whose effective group id is n", "gid(27)", n => new GidFilter((uint)n)),
            new("user(name)", FilterArgument.Pattern, "processes whose effective user has that name", "user(postgres)", v => new UserFilter(v.Pattern!)),
            OfPid("pid(n)", "the process with the id n", "pid(1)", n => new PidFilter((int)n)),
            OfPid("ppid(n)", "the children of process n", "ppid(1)", n => new ParentPidFilter((int)n)),
            OfPid("descendants(pid)", "all processes below process pid, itself left out", "descendants(1234)", n => new DescendantsFilter((int)n)),
            new("comm(x)", FilterArgument.Pattern, "processes of that command name (the kernel keeps 15 bytes of it)", "comm(ora_*)", v => new CommFilter(v.Pattern!)),
            new("exe(path)", FilterArgument.Pattern, "processes that run that program file", "exe(/usr/lib/jvm/*/bin/java)", v => new ExeFilter(v.Pattern!)),
            new("cmdline(text)", FilterArgument.Pattern, "processes of that command line, its arguments with a blank between them", "cmdline(*--port 8080*)", v => new CommandLineFilter(v.Pattern!)),
            new("cgroup(path)", FilterArgument.Pattern, "processes in that control group", "cgroup(/system.slice/nginx.service)", v => new CgroupFilter(v.Pattern!)),
            new("env_k(K)", FilterArgument.Name, "processes started with the environment variable K", "env_k(DISPLAY)", v => new EnvironmentFilter(v.Name)),
            new("env_kv(K,V)", FilterArgument.NameAndPattern, "processes started with the environment variable K set to V", "env_kv(ORACLE_SID,PROD*)", v => new EnvironmentFilter(v.Name, v.Pattern)),
        ]);
        ByName = All.ToDictionary(predicate => predicate.Name, StringComparer.Ordinal);
    }

    /// <summary>All predicates, in the order of the documentation.</summary>
    public static ReadOnlyCollection<FilterPredicate> All { get; }

    /// <summary>The predicate of that name (in lower case); null when there is none.</summary>
    public static FilterPredicate? Find(string name) => ByName.GetValueOrDefault(name);

    private static FilterPredicate OfId(string syntax, string description, string example, Func<long, ProcessFilter> create) =>
        new(syntax, FilterArgument.Number, description, example, v => create(v.Number)) { Minimum = uint.MinValue, Maximum = uint.MaxValue };

    private static FilterPredicate OfPid(string syntax, string description, string example, Func<long, ProcessFilter> create) =>
        new(syntax, FilterArgument.Number, description, example, v => create(v.Number)) { Minimum = int.MinValue, Maximum = int.MaxValue };
}
