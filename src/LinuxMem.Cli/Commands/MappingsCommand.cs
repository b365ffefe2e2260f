using System.CommandLine;
using System.CommandLine.Parsing;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Scanning;

namespace LinuxMem.Cli.Commands;

/// <summary><c>linuxmem mappings</c>: what groups of processes consist of.</summary>
internal sealed class MappingsCommand : ScanCommand, ITellsColumns
{
    private readonly SplitParameters splits = new();

    private readonly Option<MappingLine> by = new("--by")
    {
        Description = "What a line is: each file, object and named memory by itself (mapping, the default), or all of one kind (kind).",
        HelpName = "mapping|kind",
        CustomParser = ParseLine,
    };

    private readonly Option<int?> top = new("--top")
    {
        Description = "Only the N largest lines of each group; the rest is summed up as one.",
        HelpName = "N",
        CustomParser = result => (int?)NumberArgument.Parse(result, int.MaxValue),
    };

    public MappingsCommand(StandardStreams streams, CancellationToken cancellation)
        : base(
            "mappings",
            "What groups of processes consist of: each file, heap, named memory and shared memory object that they map. The groups are those of 'linuxmem groups'; without any, all processes together. What belongs to no group asked for is not shown.",
            streams,
            cancellation)
    {
        splits.AddTo(this, "The rest is not shown.");
        Options.Add(by);
        Options.Add(top);
        AddCommonOptions();
        SetAction(Run);
    }

    /// <inheritdoc/>
    public ColumnSet Columns => MappingColumns.All;

    private int Run(ParseResult parsed)
    {
        IReadOnlyList<Split> asked = splits.Splits(parsed);
        if (asked.Count > 1)
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, "'linuxmem mappings' reports the groups of one split, and several were given. Give one of NAME, -u, -e, -p, -c and --split-by, once.", asked);
        }

        var options = new MappingOptions { By = parsed.GetValue(by), Top = parsed.GetValue(top) };
        MappingResult result = Scan(parsed, (scan, processes) => scan.Map(processes, asked[0] is PidSplit byId ? byId.NamedAfter(scan.Table) : asked[0], options));
        Report(result.Scan);
        IEnumerable<Section<MemMapping>> sections = result.Groups.Select(group => new Section<MemMapping>(group.Group.GroupName, group.Lines));
        return WriteFound(parsed, MappingColumns.All, sections, result.Scan, options.By == MappingLine.Kind ? MappingColumns.All.ByKind : null);
    }

    private static MappingLine ParseLine(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "mapping":
                return MappingLine.Mapping;
            case "kind":
                return MappingLine.Kind;
            case var other:
                result.AddError($"--by needs mapping or kind, not '{other}'.");
                return default;
        }
    }
}
