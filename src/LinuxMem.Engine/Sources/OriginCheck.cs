using System.Globalization;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>Whether something that was reported before is of the machine that is open now, so that its process ids mean the same.</summary>
internal static class OriginCheck
{
    /// <summary>What a time loses in a CSV.</summary>
    private static readonly TimeSpan OneMoment = TimeSpan.FromSeconds(1);

    /// <summary>Why it is not, as a sentence; null where nothing speaks against it.</summary>
    public static string? WhyNotOf(Machine machine, Origin reported)
    {
        (DateTime? taken, string? name, _) = machine.Origin;
        if (reported.ComputerName is string other && name is not null && !other.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            return $"What came through the pipeline is of the machine {VisibleText.InMessage(other)}, and '{machine.Path}' is of {name}.";
        }

        if (reported.Time is not DateTime read)
        {
            return null;
        }

        if (machine.ProcessesEnd)
        {
            DateTime started = BootTimeFile.Read(machine).ToLocalTime();
            return read < started
                ? string.Create(CultureInfo.InvariantCulture, $"What came through the pipeline was read at {read:yyyy-MM-dd HH:mm:ss}, and the machine was started again since, at {started:yyyy-MM-dd HH:mm:ss}: its process ids mean other processes now.")
                : null;
        }

        return reported.ProcRoot == machine.WholePath && taken is DateTime at && (at - read).Duration() > OneMoment
            ? string.Create(CultureInfo.InvariantCulture, $"What came through the pipeline was read from '{machine.Path}' when that was of {read:yyyy-MM-dd HH:mm:ss}; it has been replaced since by one of {at:yyyy-MM-dd HH:mm:ss}.")
            : null;
    }
}
