using LinuxMem.Engine.Paging;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Scanning;

/// <summary>
/// Does something with a process that <see cref="WholeReading"/> reads: counts its pages, or writes them down. What it
/// takes counts only when the reading says <see cref="JobOutcome.Scanned"/>. Errors are numbers of errno(3), 0 for none.
/// </summary>
internal interface IReadingTaker
{
    /// <summary>Whether page maps are read with <c>PAGEMAP_SCAN</c>.</summary>
    bool UseScan { get; }

    /// <summary>Says that <c>PAGEMAP_SCAN</c> does not work here: <see cref="UseScan"/> is false from now on.</summary>
    void GiveUpScan();

    /// <summary>Loads the mappings from <c>maps</c>.</summary>
    /// <param name="place">The process's folder.</param>
    /// <param name="space">Takes the mappings.</param>
    /// <param name="buffer">To read with.</param>
    /// <returns>0, or the error number.</returns>
    int LoadMappings(in MachineFolder place, AddressSpace space, byte[] buffer);

    /// <summary>
    /// Reads the pages, and whatever else belongs to them. A taker that lets other threads read a part calls
    /// <see cref="ReadingAttempt.HandOn"/>.
    /// </summary>
    /// <param name="attempt">The page map, and how to read it.</param>
    /// <param name="place">The process's folder.</param>
    /// <param name="space">The mappings; they are overwritten when the next process is read.</param>
    /// <returns>0, or the error number; ESRCH when what was read does not belong together, so that it is begun again.</returns>
    int ReadPages(ReadingAttempt attempt, in MachineFolder place, AddressSpace space);

    /// <summary>Drops what was taken in an attempt that failed.</summary>
    void Discard();
}
