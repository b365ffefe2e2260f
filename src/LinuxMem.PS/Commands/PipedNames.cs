using System.Management.Automation;

namespace LinuxMem.PowerShell.Commands;

/// <summary>Names that a cmdlet is given on the command line or through the pipeline, to be taken together when all have come.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class PipedNames(PSCmdlet cmdlet)
{
    private readonly List<string> all = [];

    /// <summary>The names; null when none was given, which means all.</summary>
    public IReadOnlyList<string>? Given { get; private set; }

    /// <summary>True when the pipeline was to give names and gave none, which does not mean all.</summary>
    public bool AreNone => Given is null && cmdlet.MyInvocation.ExpectingInput;

    /// <summary>Takes those of one record; null for none.</summary>
    public void Add(string[]? names)
    {
        if (names is not null)
        {
            all.AddRange(names);
            Given = all;
        }
    }
}
