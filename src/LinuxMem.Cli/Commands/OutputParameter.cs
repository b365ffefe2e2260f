using System.CommandLine;
using System.CommandLine.Parsing;
using LinuxMem.Cli.Output;

namespace LinuxMem.Cli.Commands;

/// <summary>The option <c>--output</c> of every command.</summary>
internal sealed class OutputParameter
{
    private readonly Option<OutputFormat> option = new("--output", "-o")
    {
        Description = "Format of the output: table, json or csv. Sizes have binary units (KiB, MiB, GiB, TiB) in tables, and are bytes elsewhere. In csv names are as they are, also such as spreadsheets take for formulas: import it as text.",
        HelpName = "table|json|csv",
        CustomParser = Parse,
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The format requested.</summary>
    public OutputFormat Format(ParseResult parsed) => parsed.GetValue(option);

    private static OutputFormat Parse(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "table":
                return OutputFormat.Table;
            case "json":
                return OutputFormat.Json;
            case "csv":
                return OutputFormat.Csv;
            case var other:
                result.AddError($"'{other}' is not a format of the output. Give table, json or csv.");
                return default;
        }
    }
}
