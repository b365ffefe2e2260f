using System.Security.Cryptography;
using LinuxMem.Engine.Processes;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// A variable with a value that nobody can guess, in the environment of what is run: by it those are found that left session and
/// parents behind (setsid(2), a double fork). Who takes it out of the environment with intent is not found.
/// </summary>
/// <remarks>
/// A PID namespace would hold them all. It is not used: the processes of an instance know one another by their numbers, and there was no
/// Oracle to try it with. A control group is the owner's to leave, and another thing to make on the machine. Being
/// the reaper of orphans (PR_SET_CHILD_SUBREAPER) would hold for all children of a PowerShell session.
/// </remarks>
/// <param name="uid">Whose the marked processes are; null for whoever is asking.</param>
internal sealed class RunMark(uint? uid)
{
    /// <summary>The variable.</summary>
    public const string Variable = "LINUXMEM_RUN";

    private readonly string value = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>The variable with its value, as in an environment.</summary>
    public string Text => $"{Variable}={value}";

    /// <summary>True for a process that has it, and is the owner's: nothing is killed that he could not kill.</summary>
    /// <param name="place">The process's folder.</param>
    /// <param name="pid">Its number.</param>
    public bool IsOn(in MachineFolder place, int pid)
    {
        if (uid is not null && ProcessOwner.Of(place).Uid != uid)
        {
            return false;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        return EnvironFile.Find(place.Open("environ\0"u8), [Variable], pid, found, out _) > 0 && found.GetValueOrDefault(Variable) == value;
    }
}
