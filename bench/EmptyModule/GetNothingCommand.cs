using System.Management.Automation;

namespace EmptyModule;

/// <summary>Emits nothing.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : Cmdlet;
