using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Paging;

/// <summary>A shared memory object in an address space.</summary>
/// <param name="Link">The object, and the first mapping of it.</param>
/// <param name="Home">What its device is.</param>
/// <param name="Path">The kernel's name for it.</param>
internal readonly record struct ObjectMapping(ObjectLink Link, ObjectHome Home, byte[] Path);
