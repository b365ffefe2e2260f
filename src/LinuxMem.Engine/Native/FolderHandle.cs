using System.Runtime.InteropServices;

namespace LinuxMem.Engine.Native;

/// <summary>
/// The descriptor of a folder that several threads use and one closes: a call that is under way keeps it open, and its
/// number is nobody else's meanwhile.
/// </summary>
internal sealed class FolderHandle : SafeHandle
{
    /// <summary>Takes over an open descriptor.</summary>
    public FolderHandle(FileDescriptor descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor.Number);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The descriptor, for as long as the handle is held (<see cref="SafeHandle.DangerousAddRef"/>).</summary>
    public FileDescriptor Descriptor => new((int)handle);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Descriptor.Dispose();
        return true;
    }
}
