using LinuxMem.Engine.Sources;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Processes;

/// <summary>A process that is asked for its files: its number is not enough, which others get after it.</summary>
/// <remarks>There is one for every process, and what is compared is looked at only while one of them keeps a thread waiting: so it is made then.</remarks>
/// <param name="root">The machine.</param>
/// <param name="pid">Its number.</param>
/// <param name="owner">Whose it is.</param>
internal sealed class ProcessRespondent(Machine root, int pid, in ProcessOwner owner) : Respondent
{
    private readonly Machine? root = root.ProcessesEnd ? null : root;
    private readonly ulong inode = owner.Inode;
    private readonly uint uid = owner.Uid ?? uint.MaxValue;

    /// <inheritdoc/>
    public override object Name => new ProcessNumber(root, pid, inode);

    /// <inheritdoc/>
    public override object Owner => uid;

    /// <summary>What a process is known by when it does not answer.</summary>
    private sealed record ProcessNumber(Machine? Copy, int Pid, ulong Inode);
}
