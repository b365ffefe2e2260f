using System.CommandLine;
using System.CommandLine.Parsing;
using LinuxMem.Cli.Output;
using LinuxMem.Engine.Reports.Metrics;

namespace LinuxMem.Cli.Commands;

/// <summary>The option <c>--output</c> of every command.</summary>
internal sealed class OutputParameter
{
    private readonly Option<OutputKind> option = new("--output", "-o")
    {
        Description = "Format of the output: table, json, csv or openmetrics. Sizes have binary units (KiB, MiB, GiB, TiB) in tables, and are bytes elsewhere. In csv names are as they are, also such as spreadsheets take for formulas: import it as text.",
        HelpName = "table|json|csv|openmetrics",
        CustomParser = Parse,
    };

    private readonly Option<string?> path = new("--path")
    {
        Description = "With -o openmetrics: the file to write in place of standard output, replaced whole, by renaming. What ends in .prom has the form that node_exporter reads.",
        HelpName = "FILE",
    };

    private readonly Option<int?> maxRows = new("--max-rows")
    {
        Description = $"With -o openmetrics: the most rows of a report that get metrics, the largest ones. Default: {MetricSamples.DefaultMaxRows}.",
        HelpName = "N",
        CustomParser = result => (int?)NumberArgument.Parse(result, int.MaxValue),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(option);
        command.Options.Add(path);
        command.Options.Add(maxRows);
        command.Validators.Add(result =>
        {
            // Not its value, which is none where the option is wrong.
            bool isMetrics = result.GetResult(option)?.Tokens is [{ Value: "openmetrics" }];
            if (!isMetrics && (result.GetResult(path) is not null || result.GetResult(maxRows) is not null))
            {
                result.AddError("--path and --max-rows belong to metrics. Give -o openmetrics with them.");
            }
        });
    }

    /// <summary>The format requested.</summary>
    public OutputFormat Format(ParseResult parsed) =>
        new(parsed.GetValue(option), parsed.GetValue(path), parsed.GetValue(maxRows) ?? MetricSamples.DefaultMaxRows);

    private static OutputKind Parse(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "table":
                return OutputKind.Table;
            case "json":
                return OutputKind.Json;
            case "csv":
                return OutputKind.Csv;
            case "openmetrics":
                return OutputKind.OpenMetrics;
            case var other:
                result.AddError($"'{other}' is not a format of the output. Give table, json, csv or openmetrics.");
                return default;
        }
    }
}
