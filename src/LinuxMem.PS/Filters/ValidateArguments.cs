using System.Collections;
using System.Management.Automation;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Reports.Comparison;

namespace LinuxMem.PowerShell.Filters;

/// <summary>Checks names of environment variables, as the engine does, before the cmdlet runs.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateVariableNameAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element) =>
        Validation.Of(() => _ = new EnvironmentSplit(Convert.ToString(element, System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty));
}

/// <summary>Checks what reports are split by: a scriptblock, or the name of a property.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateProcessPropertyAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        object value = element is PSObject wrapped ? wrapped.BaseObject : element;
        if (value is not ScriptBlock)
        {
            Validation.Of(() => _ = new PropertySplit(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty));
        }
    }
}

/// <summary>Checks that text names a figure that groups can be compared by.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateFigureAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element) =>
        Validation.Of(() => _ = GroupComparison.Figure((element is PSObject wrapped ? wrapped.BaseObject : element)?.ToString() ?? string.Empty));
}

/// <summary>Checks that a filter is text or a scriptblock. What is wrong in the text is told by the cmdlet, which shows the place.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateFilterAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (!FilterInput.IsFilter(arguments) || (arguments is PSObject wrapped ? wrapped.BaseObject : arguments) is IDictionary)
        {
            Validation.Of(() => FilterInput.Single(arguments));
        }
    }
}

/// <summary>Makes an error of the engine one of the binding of parameters.</summary>
internal static class Validation
{
    /// <summary>Runs a check.</summary>
    /// <exception cref="ValidationMetadataException">It failed.</exception>
    public static void Of(Action check)
    {
        try
        {
            check();
        }
        catch (LinuxMemException e)
        {
            throw new ValidationMetadataException(e.Message, e);
        }
    }
}
