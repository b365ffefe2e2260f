using System.Text.RegularExpressions;

namespace LinuxMem.Help.Maml;

/// <summary>Types by the names that people type in PowerShell.</summary>
internal static partial class TypeName
{
    private static readonly Dictionary<string, string> Accelerators = new(StringComparer.Ordinal)
    {
        ["System.Boolean"] = "bool",
        ["System.Double"] = "double",
        ["System.Int32"] = "int",
        ["System.Int64"] = "long",
        ["System.String"] = "string",
    };

    /// <summary><c>System.Int64[]</c> becomes <c>long[]</c>, <c>System.Nullable`1[System.Int32]</c> becomes <c>int</c>.</summary>
    public static string Short(string fullName)
    {
        string name = Nullable().Replace(fullName, "$1");
        string element = name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;
        return Accelerators.GetValueOrDefault(element, element[(element.LastIndexOf('.') + 1)..]) + name[element.Length..];
    }

    [GeneratedRegex(@"^System\.Nullable`1\[(.+)\]$")]
    private static partial Regex Nullable();
}
