namespace LinuxMem.Families;

/// <summary>A family could not be staged; the message says what is missing or went wrong.</summary>
internal sealed class FamilyException(string message) : Exception(message);
