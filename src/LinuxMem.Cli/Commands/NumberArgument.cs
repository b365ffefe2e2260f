using System.CommandLine.Parsing;
using System.Globalization;

namespace LinuxMem.Cli.Commands;

/// <summary>Parses whole numbers on the command line.</summary>
internal static class NumberArgument
{
    /// <summary>
    /// The option's number, from 1 to <paramref name="most"/>; null, with a parse error added, when it is not one.
    /// </summary>
    public static long? Parse(ArgumentResult result, long most = long.MaxValue) =>
        Parse(result, result.Tokens[0].Value, most);

    /// <summary>The numbers of lists such as <c>1,2</c>, from all occurrences of the option.</summary>
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
