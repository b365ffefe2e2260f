namespace LinuxMem.Bench;

/// <summary>Something that makes measuring impossible, said in a sentence for whoever called.</summary>
internal sealed class BenchException(string message, Exception? inner = null) : Exception(message, inner);
