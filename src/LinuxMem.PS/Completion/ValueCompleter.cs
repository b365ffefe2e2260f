using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Scanning;
using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Completion;

/// <summary>
/// The base of the completers: parses the word typed and quotes values. A completer never throws, never scans pages,
/// and never runs or attaches anything: it only reads the machine that the command names. It takes little time and little
/// memory, whatever the processes say of themselves: what was not found by then is left out.
/// </summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    /// <summary>The most suggestions: a terminal takes seconds to show thousands.</summary>
    private const int MaxValues = 500;

    /// <summary>The longest text, in characters, that is suggested: nobody types on behind a longer one.</summary>
    private protected const int MaxLength = 1024;

    /// <summary>The widest menu entry and tooltip, in terminal cells.</summary>
    private const int MaxWidth = 200;

    /// <summary>The processes that are read before any of them is looked at.</summary>
    private const int MaxAtOnce = 256;

    /// <summary>How long it may take; then what was found is suggested.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Called by PowerShell when Tab is pressed.</summary>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = TypedWord.From(wordToComplete, commandAst);
            using var clock = new CancellationTokenSource(Timeout);
            using Machine root = Machine.Open((fakeBoundParameters?["ProcRoot"] as string) is { Length: > 0 } path && Path.IsPathRooted(path) ? path : null, clock.Token);
            return [.. Complete(word, root, clock.Token).Take(MaxValues)];
        }
        catch (Exception e) when (e is LinuxMemException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>The completions of the word.</summary>
    /// <param name="word">The word typed.</param>
    /// <param name="root">The machine to read.</param>
    /// <param name="stop">Cancelled when there is no more time.</param>
    private protected abstract IEnumerable<CompletionResult> Complete(TypedWord word, Machine root, CancellationToken stop);

    /// <summary>A completion for a parameter value, quoted where needed.</summary>
    private protected static CompletionResult Value(TypedWord word, string value, string shown, string tip) =>
        new(word.Quote(value), Visible(shown), CompletionResultType.ParameterValue, Visible(tip));

    /// <summary>The text of a menu entry or tooltip, cut where it is long.</summary>
    private protected static string Visible(string text) => DisplayWidth.Visible(text, MaxWidth);

    /// <summary>Lists the processes, with facts, by ascending id: as many as there is time for.</summary>
    private protected static IEnumerable<MemProcess> Processes(Machine root, ProcessFacts facts, CancellationToken stop)
    {
        foreach (MemProcess[] some in ProcessListing.List(root, Environment.ProcessorCount, stop).Processes.Chunk(MaxAtOnce))
        {
            try
            {
                ProcessTable.Load(some, facts, Environment.ProcessorCount, stop);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            foreach (MemProcess process in some)
            {
                if (stop.IsCancellationRequested)
                {
                    yield break;
                }

                yield return process;
            }
        }
    }

    /// <summary>The count with the word in singular or plural.</summary>
    private protected static string Count(int count, string one, string many) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
