using LinuxMem.Engine.Filters;

namespace LinuxMem.Unit.Filters;

/// <summary>Filters made without the parser.</summary>
internal static class Made
{
    public static ProcessFilter Of(string predicate, long number) => FilterPredicates.Find(predicate)!.With(number);

    public static ProcessFilter Of(string predicate, TextPattern pattern) => FilterPredicates.Find(predicate)!.With(pattern);

    public static ProcessFilter Variable(string name) => FilterPredicates.Find("env_k")!.With(name);

    public static ProcessFilter Variable(string name, TextPattern value) => FilterPredicates.Find("env_kv")!.With(name, value);
}
