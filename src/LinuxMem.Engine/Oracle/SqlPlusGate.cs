using System.Globalization;
using LinuxMem.Engine.Native;
using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Oracle;

/// <summary>
/// How a user's <c>sqlplus</c> is started. This process never executes it; programs of the system do. A
/// shell, still with our rights, waits on its standard input until everything else of the child is the owner's
/// (<see cref="OwnersPlace"/>); <c>setpriv</c> then takes the owner's ids and capabilities; a second shell, the owner's
/// by then, looks for the program, and <c>env</c> executes it.
/// </summary>
/// <remarks>
/// A file that blocks (a lease, FUSE, a hung mount) then blocks only the child, which has a timeout and can be killed. The
/// owner cannot trace the waiting shell, because it is not his.
/// </remarks>
internal static class SqlPlusGate
{
    /// <summary>The first line on standard output: the child runs, with the login uid it was told to take.</summary>
    public const string Waiting = "waiting";

    /// <summary>The second line: the child has the owner's rights and executes the program next.</summary>
    public const string Started = "started";

    /// <summary>In its place: there is no such program.</summary>
    public const string Missing = "missing";

    /// <summary>In its place: it is not an ordinary file.</summary>
    public const string Odd = "odd";

    /// <summary>In its place: the owner may not execute it.</summary>
    public const string Refused = "refused";

    /// <summary>Written to standard input to let the child through, before the program's input.</summary>
    public const string Go = "go\n";

    /// <summary>Stands for a login uid that is to stay.</summary>
    public const string Stay = "-";

    private const string Gate =
        """
        umask 022
        cd / && read -r login || exit
        if [ "$login" != - ]; then printf %s "$login" > /proc/self/loginuid; fi
        echo waiting && read -r go && [ "$go" = go ] && exec "$@"
        """;

    private const string Door =
        """
        [ -e "$1" ] || { echo missing; exit; }
        [ -f "$1" ] || { echo odd; exit; }
        [ -x "$1" ] || { echo refused; exit; }
        shift
        echo started && exec "$@"
        """;

    /// <summary>The command line; or why there is none.</summary>
    /// <param name="program">The sqlplus, an absolute path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its whole environment, as <c>NAME=value</c>.</param>
    /// <param name="owner">Whose rights it gets; null for those of this process.</param>
    /// <param name="boundingSet">The capabilities that programs of this process can gain.</param>
    public static (string[] Words, string? Refusal) CommandLine(string program, string[] arguments, string[] environment, PmonOwner? owner, ulong boundingSet)
    {
        string? shell = TrustedProgram.Find("/bin/sh", "/usr/bin/sh");
        string? env = TrustedProgram.Find("/usr/bin/env", "/bin/env");
        string? setpriv = owner is null ? string.Empty : TrustedProgram.Find("/usr/bin/setpriv", "/bin/setpriv");

        // env would take a path with '=' for a variable, so nice, without an adjustment, executes it.
        string? nice = !program.Contains('=') ? string.Empty : TrustedProgram.Find("/usr/bin/nice", "/bin/nice");
        if (shell is null || env is null || setpriv is null || nice is null)
        {
            string name = shell is null ? "sh" : env is null ? "env" : setpriv is null ? "setpriv" : "nice";
            return ([], $"not asked: /usr/bin/{name} is not there, or others than root can write to it");
        }

        return (
            [
                shell, "-c", Gate, "sh",
                .. owner is null ? [] : SetPriv(setpriv, owner, boundingSet),
                shell, "-c", Door, "sh", program, env, "-i", .. environment,
                .. nice.Length == 0 ? [] : new[] { nice, "-n", "0" }, program, .. arguments,
            ],
            null);
    }

    private static string[] SetPriv(string setpriv, PmonOwner owner, ulong boundingSet)
    {
        // Never more than the owner's process has, nor than this process has.
        ulong dropped = boundingSet & ~owner.BoundingSet;
        string[] bounds = [.. Enumerable.Range(0, 64).Where(capability => (dropped >> capability & 1) != 0).Select(capability => string.Create(CultureInfo.InvariantCulture, $"-cap_{capability}"))];
        return
        [
            setpriv,
            "--reuid", owner.Uid.ToString(CultureInfo.InvariantCulture),
            "--regid", owner.Gid.ToString(CultureInfo.InvariantCulture),
            .. owner.Groups.Count == 0 ? ["--clear-groups"] : new[] { "--groups", string.Join(',', owner.Groups.Select(group => group.ToString(CultureInfo.InvariantCulture))) },
            "--inh-caps=-all",
            "--ambient-caps=-all",
            .. bounds.Length == 0 ? [] : new[] { "--bounding-set=" + string.Join(',', bounds) },
            "--",
        ];
    }

    /// <summary>Why a start failed.</summary>
    public static string Describe(SpawnResult start) => start.Failed switch
    {
        SpawnStep.Thread => "not asked: no thread could be started for it: the limit of processes is reached",
        SpawnStep.Keyring => $"not asked: our session keyring could not be kept from it: {Errno.Describe(start.Error)}",
        SpawnStep.Capabilities => $"not asked: our capabilities could not be kept from it: {Errno.Describe(start.Error)}",
        _ => $"not asked: {Errno.Describe(start.Error)}",
    };

    /// <summary>Why the program was not executed, by the line that the gate wrote instead of <see cref="Started"/>.</summary>
    public static string Describe(string line, string program, string error) => line switch
    {
        Missing => $"no sqlplus: {program}",
        Odd => $"no sqlplus: {program}: it is not an ordinary file",
        Refused => $"no sqlplus: {program}: {Errno.Describe(Errno.EACCES)}",

        // The user's program has not run: standard error is from setpriv or the shell.
        _ => "not asked: the rights of its owner could not be taken" + (FirstLine(error) is { Length: > 0 } said ? ": " + said : string.Empty),
    };

    /// <summary>Why the gate ended early.</summary>
    public static string DescribeEnd(string error) =>
        "not asked: what is to start it has ended" + (FirstLine(error) is { Length: > 0 } said ? ": " + said : string.Empty);

    /// <summary>The bytes of the words.</summary>
    public static byte[][] Bytes(string[] words) => Array.ConvertAll(words, SurrogateEscape.Encode);

    private static string FirstLine(string text)
    {
        string line = text.Split('\n')[0].Trim();
        return line[..Math.Min(line.Length, 200)];
    }
}
