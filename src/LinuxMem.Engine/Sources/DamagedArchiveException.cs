namespace LinuxMem.Engine.Sources;

/// <summary>What is wrong with the archive of a snapshot, in words that stand behind "is damaged:".</summary>
internal sealed class DamagedArchiveException(string message) : IOException(message);
