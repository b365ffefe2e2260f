using System.Collections.Concurrent;
using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Sources;

/// <summary>User names by id: from the system's name service, each looked up once, or those recorded in a snapshot.</summary>
internal sealed class UserNames(IReadOnlyDictionary<uint, string>? known = null)
{
    private readonly ConcurrentDictionary<uint, string> names = new();

    /// <summary>The login name of the user, or the number itself where nobody has it.</summary>
    public string NameOf(uint uid) => known is not null ? known.GetValueOrDefault(uid) ?? uid.ToString(CultureInfo.InvariantCulture) : names.GetOrAdd(uid, static id =>
        Passwd.NameOf(id) is { Length: > 0 } name ? SurrogateEscape.Decode(name) : id.ToString(CultureInfo.InvariantCulture));
}
