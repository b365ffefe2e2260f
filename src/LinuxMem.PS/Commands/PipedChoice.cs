using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Names or numbers through the pipeline, of what to show of a machine: as such, or in a property of an object.</summary>
internal sealed class PipedChoice
{
    private readonly List<string> values = [];
    private readonly List<PSObject> sources = [];

    /// <summary>The names or numbers, which may be none.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>True when something chose, be it nothing: what is shown is not all.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>Adds one object.</summary>
    /// <param name="input">The object.</param>
    /// <param name="properties">The properties that have a name or number of what is shown, the first that is there counts; none where nothing can be chosen.</param>
    /// <param name="what">What can be taken, for the error.</param>
    /// <param name="check">Refuses a value; null where any will do.</param>
    /// <exception cref="LinuxMemException">It has none.</exception>
    public void Add(object? input, string[] properties, string what, Action<string>? check = null)
    {
        PSObject source = input is null
            ? throw new LinuxMemException(LinuxMemError.InvalidArgument, $"Nothing ($null) came through the pipeline. It takes {what}.", input)
            : PSObject.AsPSObject(input);
        var taken = new List<string>();
        if (properties.Length > 0 && source.BaseObject is string or ValueType and (not bool and not DateTime))
        {
            Take(source.BaseObject, taken);
        }
        else if (properties.Select(property => source.Properties[property]).FirstOrDefault(property => property is not null) is PSPropertyInfo found)
        {
            Take(found.Value, taken);
        }
        else
        {
            throw new LinuxMemException(LinuxMemError.InvalidArgument, $"An object of type {source.BaseObject.GetType().Name} came through the pipeline. It takes {what}.", input);
        }

        taken.ForEach(check ?? (_ => { }));
        values.AddRange(taken);
        sources.Add(source);
        IsGiven = true;
    }

    /// <summary>Refuses what was reported of another machine than the one that is read.</summary>
    /// <exception cref="LinuxMemException">Something was.</exception>
    public void RefuseOtherMachines(Func<Engine.Sources.Machine> open)
    {
        if (sources.Count > 0)
        {
            using Engine.Sources.Machine machine = open();
            sources.ForEach(source => PipedProcesses.RefuseOtherMachine(source, machine));
        }
    }

    private static void Take(object? value, List<string> taken)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case null:
                break;
            case IEnumerable list and not string:
                foreach (object? one in list)
                {
                    Take(one, taken);
                }

                break;
            case var one:
                taken.Add(Convert.ToString(one, CultureInfo.InvariantCulture) ?? string.Empty);
                break;
        }
    }
}
