namespace LinuxMem.Engine.Paging;

/// <summary>Tells whether a mapping still is the one that was looked at.</summary>
internal interface IMappingCheck
{
    /// <summary>True when the mapping is there, and of the object that it was of.</summary>
    bool IsStill(in Mapping mapping);
}
