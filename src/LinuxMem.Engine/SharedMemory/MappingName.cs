using LinuxMem.Engine.Collections;

namespace LinuxMem.Engine.SharedMemory;

/// <summary>What tells two things that are mapped apart: never their name alone.</summary>
/// <param name="Kind">What it is; of no meaning for an object.</param>
/// <param name="Text">The name of a file; empty for an object.</param>
/// <param name="Device">Its device, major number in the upper half.</param>
/// <param name="Inode">Its inode.</param>
/// <param name="Object">The object, where it is one that could be looked at.</param>
/// <param name="IsDeleted">True for a file whose name is gone, as the kernel's mark behind this name says.</param>
internal readonly record struct MappingIdentity(MappedKind Kind, string Text, ulong Device, ulong Inode, ObjectKey? Object, bool IsDeleted = false)
{
    public override int GetHashCode() => KeyHash.Of((uint)Text.GetHashCode(StringComparison.Ordinal), Device, Inode, (uint)(Object?.GetHashCode() ?? (int)Kind));
}

/// <summary>What mappings count under in a report by mapping.</summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="identity">What tells it from others.</param>
/// <param name="kind">What it is, as far as the mappings tell.</param>
/// <param name="text">The kernel's name for it, without the mark of a deleted file.</param>
internal sealed class MappingName(int number, MappingIdentity identity, MappedKind kind, string text)
{
    public int Number => number;

    public MappingIdentity Identity => identity;

    public MappedKind Kind => kind;

    public string Text => text;
}
