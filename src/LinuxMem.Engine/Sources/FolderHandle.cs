using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The descriptor of a folder that several threads use. It is closed only after the last call on it, so that its number
/// cannot be reused for another file during a call.
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
