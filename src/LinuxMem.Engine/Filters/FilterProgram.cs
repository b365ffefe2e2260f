using LinuxMem.Engine.Processes;

namespace LinuxMem.Engine.Filters;

/// <summary>
/// A tree of filters as a flat list of tests, each saying where to go on when it matches and when it does
/// not. It is run once per process: in one loop, without a stack, however deep the tree is.
/// </summary>
internal sealed class FilterProgram
{
    private const int Match = -1;
    private const int NoMatch = -2;

    private readonly List<Step> steps = [];
    private readonly int start;

    /// <summary>
    /// Lays out the tree from its last test to its first, so that the places to go on to are always known.
    /// </summary>
    public FilterProgram(CompositeFilter root)
    {
        var open = new Stack<Frame>();
        open.Push(new Frame(root, Match, NoMatch));
        int entry = Match;
        while (open.TryPop(out Frame frame))
        {
            if (frame.Remaining == 0)
            {
                entry = frame.Entry;
                if (open.TryPop(out Frame parent))
                {
                    open.Push(parent with { Entry = entry });
                }

                continue;
            }

            (int onMatch, int onMiss) = frame.Targets();
            frame = frame with { Remaining = frame.Remaining - 1 };
            ProcessFilter child = frame.Filter.Children[frame.Remaining];
            switch (child)
            {
                case CompositeFilter composite:
                    open.Push(frame);
                    open.Push(new Frame(composite, onMatch, onMiss));
                    break;
                case ConstantFilter constant:
                    open.Push(frame with { Entry = constant.Value ? onMatch : onMiss });
                    break;
                default:
                    steps.Add(new Step(child, onMatch, onMiss));
                    open.Push(frame with { Entry = steps.Count - 1 });
                    break;
            }
        }

        start = entry;
    }

    public bool Matches(MemProcess process, ProcessTree tree)
    {
        int at = start;
        while (at >= 0)
        {
            Step step = steps[at];
            at = step.Test.Matches(process, tree) ? step.OnMatch : step.OnMiss;
        }

        return at == Match;
    }

    private readonly record struct Step(ProcessFilter Test, int OnMatch, int OnMiss);

    /// <summary>A filter being laid out; its children are taken last to first.</summary>
    private readonly record struct Frame(CompositeFilter Filter, int OnMatch, int OnMiss)
    {
        /// <summary>How many children are still to be laid out.</summary>
        public int Remaining { get; init; } = Filter.Children.Count;

        /// <summary>Where the child laid out last begins.</summary>
        public int Entry { get; init; } = OnMatch;

        /// <summary>Where the next child to lay out goes on to.</summary>
        public (int OnMatch, int OnMiss) Targets()
        {
            bool isLast = Remaining == Filter.Children.Count;
            return Filter switch
            {
                NotFilter => (OnMiss, OnMatch),
                OrFilter => (OnMatch, isLast ? OnMiss : Entry),
                _ => (isLast ? OnMatch : Entry, OnMiss),
            };
        }
    }
}
