using System.CommandLine.Parsing;
using System.Globalization;

namespace LinuxMem.Cli.Commands;

/// <summary>Whole numbers on the command line.</summary>
internal static class NumberArgument
{
    /// <summary>The number from 1 to <paramref name="most"/> that an option was given; null, with an error noted, when it is none.</summary>
    public static long? Parse(ArgumentResult result, long most = long.MaxValue) =>
        Parse(result, result.Tokens[0].Value, most);

    /// <summary>The numbers of a list such as <c>1,2</c>, from every time the option was given.</summary>
    public static int[] ParseList(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (Token token in result.Tokens)
        {
            foreach (string part in token.Value.Split(','))
            {
                if (Parse(result, part.Trim(), int.MaxValue) is not long number)
                {
                    return [];
                }

                numbers.Add((int)number);
            }
        }

        return [.. numbers];
    }

    private static long? Parse(ArgumentResult result, string text, long most)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= 1 && number <= most)
        {
            return number;
        }

        string name = (result.Parent as OptionResult)?.IdentifierToken?.Value ?? result.Argument.Name;
        string range = most == long.MaxValue ? "of 1 or more" : $"from 1 to {most.ToString(CultureInfo.InvariantCulture)}";
        result.AddError($"{name}: '{text}' is not a whole number {range}.");
        return null;
    }
}
