using System.Globalization;

namespace LinuxMem.Fuzz;

/// <summary>An input that a parser did not take as it should.</summary>
/// <param name="Target">The parser.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Number">The number of the input in the run.</param>
/// <param name="Input">The input itself.</param>
/// <param name="What">What happened.</param>
internal sealed record FuzzFinding(string Target, ulong Seed, long Number, byte[] Input, string What)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Target}: input {Number} of seed {Seed}, {Input.Length} bytes: {What}\n  base64 {Convert.ToBase64String(Input.AsSpan(0, Math.Min(Input.Length, 3000)))}{(Input.Length > 3000 ? "…" : "")}");
}

/// <summary>A rule that a parser's answer breaks.</summary>
internal sealed class BrokenRuleException(string rule) : Exception(rule)
{
    /// <summary>Throws unless the rule holds.</summary>
    public static void ThrowUnless(bool holds, string rule)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule);
        }
    }
}
