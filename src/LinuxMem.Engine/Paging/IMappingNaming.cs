using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>
/// Names the mappings of the process that is read, for reports by mapping. Names are numbers from 1 on, the same for all
/// processes; a SysV segment, which only its file tells from another of its number, is the negative of its place in
/// <see cref="AddressSpace.Objects"/>, counted from 1.
/// </summary>
internal interface IMappingNaming
{
    /// <summary>Begins with another process.</summary>
    void Begin();

    /// <summary>The name that a mapping counts under.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="home">What its device is, where that is known for memory.</param>
    int NumberOf(in MapsLine line, ObjectHome home);

    /// <summary>Counts a mapping.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Its size in bytes.</param>
    void Count(int name, ulong size);
}
