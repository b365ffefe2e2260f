using System.Text;

namespace LinuxMem.MethodOrder;

/// <summary>
/// Runs a <c>linuxmem</c> that was compiled natively with symbols, and writes the names of the methods that it ran, in the order in which each was
/// first run. The compiler lays these methods together, in this order: so fewer pages of the program are touched. Behind them come those that the
/// file had before and that the program still has: what another machine made it run, such as huge pages.
/// </summary>
internal static class Program
{
    /// <summary>What is run, the most important first: what a later one needs in addition lies behind.</summary>
    private static readonly string[] Runs =
    [
        "groups -u -t 2",
        "groups -u -t 1",
        "groups -u -o json",
        "groups",
        "groups -e HOME -o csv",
        "groups -c comm(sh)",
        "processes",
    ];

    private static int Main(string[] arguments)
    {
        if (arguments is not [string program, string output])
        {
            Console.Error.WriteLine("Usage: LinuxMem.MethodOrder PROGRAM FILE");
            return 2;
        }

        try
        {
            ILookup<ulong, string> methods = MethodSymbols.Read(program);
            var order = new List<string>();
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (string run in Runs)
            {
                order.AddRange(TracedRun.Of(program, run.Split(' '), methods).Where(known.Add));
                Console.Error.WriteLine($"{run}: {order.Count} of {methods.Count} methods so far");
            }

            HashSet<string> all = [.. methods.SelectMany(names => names)];
            order.AddRange((File.Exists(output) ? File.ReadLines(output) : []).Where(name => all.Contains(name) && known.Add(name)));
            Console.Error.WriteLine($"{order.Count} with those of before");
            File.WriteAllText(output, string.Join('\n', order) + '\n', new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or PlatformNotSupportedException)
        {
            Console.Error.WriteLine($"methodorder: {e.Message}");
            return 1;
        }
    }
}
