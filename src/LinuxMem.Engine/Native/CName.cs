namespace LinuxMem.Engine.Native;

/// <summary>
/// What a constant, a structure or a member of one is called in the C headers, where it has another name here: a test compiles
/// the expression and compares. Constants that bear C's own name need no attribute.
/// </summary>
/// <param name="expression">A C expression for a constant (<c>offsetof(struct statx, stx_uid)</c>), a type, or a member.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Struct)]
internal sealed class CNameAttribute(string expression) : Attribute
{
    /// <summary>The C expression.</summary>
    public string Expression { get; } = expression;
}
