using System.Collections.ObjectModel;

namespace LinuxMem.Engine.Processes;

/// <summary>The facts of one process that are kept, each read when it is first asked for (see <see cref="MemProcess"/>).</summary>
internal sealed class LoadedFacts(ProcessTable table, MemProcess process, bool isOwnerKnown)
{
    private ProcessFacts loaded;
    private ProcessFacts tooLarge;
    private (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) status;
    private ReadOnlyDictionary<string, string>? environment;
    private Dictionary<string, EnvironmentVariable>? variables;
    private string? commandLine;
    private string? exe;
    private ControlGroup? cgroup;

    /// <summary>The error number of the last fact that could not be read; 0 when all could.</summary>
    public int Error { get; private set; }

    /// <summary>What <c>/proc/PID/status</c> says.</summary>
    public (uint? RealUid, uint? EffectiveUid, uint? EffectiveGid, ulong? PageTables) Status
    {
        get
        {
            LoadLate(ProcessFacts.Status);
            return status;
        }
    }

    /// <summary>See <see cref="MemProcess.CommandLine"/>.</summary>
    public string? CommandLine
    {
        get
        {
            LoadLate(ProcessFacts.CommandLine);
            string? text = commandLine;
            DropTooLarge();
            return text;
        }
    }

    /// <summary>What groups keep of a command line that is too large to be kept itself: it is not read for that once more. Null for others.</summary>
    public (string Key, string Name)? CutCommandLine { get; private set; }

    /// <summary>See <see cref="MemProcess.Exe"/>.</summary>
    public string? Exe
    {
        get
        {
            LoadLate(ProcessFacts.Exe);
            return exe;
        }
    }

    /// <summary>See <see cref="MemProcess.Environment"/>.</summary>
    public ReadOnlyDictionary<string, string> Environment
    {
        get
        {
            LoadLate(ProcessFacts.Environment);
            ReadOnlyDictionary<string, string>? all = environment;
            DropTooLarge();
            return all ?? ReadOnlyDictionary<string, string>.Empty;
        }
    }

    /// <summary>See <see cref="MemProcess.ControlGroup"/>.</summary>
    public ControlGroup? Cgroup
    {
        get
        {
            LoadLate(ProcessFacts.Cgroup);
            return cgroup;
        }
    }

    /// <summary>See <see cref="MemProcess.Variable"/>.</summary>
    public EnvironmentVariable Variable(string name)
    {
        if (variables is not null && variables.TryGetValue(name, out EnvironmentVariable known))
        {
            return known;
        }

        if ((loaded & ProcessFacts.Variables) != 0 && variables is null)
        {
            return default;
        }

        if (ProcessInquiry.TryAsk(process, () => ReadFacts.Of(table, process, ProcessFacts.Variables, [name]) is var read && process.IsStillThere() ? read : null, out ReadFacts? late) && late is not null)
        {
            Take(late, ProcessFacts.None);
            return late.Variables?.GetValueOrDefault(name) ?? default;
        }

        return default;
    }

    /// <summary>
    /// Reads those of the facts that have not been read, without checking the start time, and for <see cref="Keep"/> to
    /// take over. Null when there are none.
    /// </summary>
    public ReadFacts? Read(ProcessFacts facts) =>
        Unread(facts, loaded, isOwnerKnown) is ProcessFacts missing and not ProcessFacts.None ? ReadFacts.Of(table, process, missing, table.Variables) : null;

    /// <summary>Reads facts that must stay available after the machine is closed: see <see cref="ProcessTable.LoadToKeep"/>.</summary>
    public ReadFacts? ReadForGood(ProcessFacts facts) => Read(table.Root.EndsWithItsFile ? facts | ProcessFacts.All : facts);

    /// <summary>Takes over what was read.</summary>
    public void Keep(ReadFacts? read)
    {
        if (read is not null)
        {
            Take(read, read.Facts);
        }

        DropTooLarge();
    }

    /// <summary>
    /// Reads facts some time after the listing, for <see cref="KeepLate"/>: what is read then may be of another process that has
    /// the number now.
    /// </summary>
    public (ReadFacts? Read, bool IsSame) ReadLate(ProcessFacts facts) =>
        (facts & ~loaded) is ProcessFacts missing and not ProcessFacts.None ? (ReadFacts.Of(table, process, missing, table.Variables), process.IsStillThere()) : default;

    /// <summary>Takes over what was read late.</summary>
    public void KeepLate((ReadFacts? Read, bool IsSame) late)
    {
        if (late.Read is ReadFacts read)
        {
            loaded |= read.Facts;
            if (late.IsSame)
            {
                Take(read, read.Facts);
            }
        }
    }

    /// <summary>Those of the facts that are to be read.</summary>
    /// <param name="facts">What is wanted.</param>
    /// <param name="loaded">What has been read.</param>
    /// <param name="isOwnerKnown">Whether the owner is known without reading.</param>
    public static ProcessFacts Unread(ProcessFacts facts, ProcessFacts loaded, bool isOwnerKnown)
    {
        if ((facts & ProcessFacts.Owner) != 0)
        {
            facts = !isOwnerKnown ? facts | ProcessFacts.Status : facts;
            facts &= ~ProcessFacts.Owner;
        }

        return facts & ~loaded;
    }

    private void Take(ReadFacts read, ProcessFacts facts)
    {
        Error = read.Error != 0 ? read.Error : Error;
        tooLarge |= read.TooLarge;
        if ((facts & ProcessFacts.Status) != 0)
        {
            status = read.Status;
        }

        environment = (facts & ProcessFacts.Environment) != 0 ? read.Environment : environment;
        if ((facts & ProcessFacts.CommandLine) != 0)
        {
            (commandLine, CutCommandLine) = (read.CommandLine, read.CutCommandLine);
        }

        exe = (facts & ProcessFacts.Exe) != 0 ? read.Exe : exe;
        cgroup = (facts & ProcessFacts.Cgroup) != 0 ? read.Cgroup : cgroup;
        foreach ((string name, EnvironmentVariable variable) in read.Variables ?? [])
        {
            variables ??= new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
            if (!read.NotKept.Contains(name))
            {
                variables[name] = variable;
            }
        }

        loaded |= facts;
    }

    private void LoadLate(ProcessFacts facts)
    {
        if ((facts & ~loaded) != ProcessFacts.None && ProcessInquiry.TryAsk(process, () => ReadLate(facts), out (ReadFacts? Read, bool IsSame) late))
        {
            KeepLate(late);
        }
    }

    /// <summary>Drops what is too large to keep; it is read again on its next use.</summary>
    private void DropTooLarge()
    {
        if (tooLarge != ProcessFacts.None)
        {
            environment = (tooLarge & ProcessFacts.Environment) != 0 ? null : environment;
            commandLine = (tooLarge & ProcessFacts.CommandLine) != 0 ? null : commandLine;
            loaded &= ~tooLarge;
            tooLarge = ProcessFacts.None;
        }
    }
}
