using System.Text.RegularExpressions;
using Mono.Cecil;

namespace LinuxMem.Unit.Architecture;

/// <summary>The rules of the house (docs/architecture.md), which nobody keeps by remembering them.</summary>
[Beside(Company.Everybody)]
public partial class HouseTests
{
    [Fact]
    public void Every_room_is_on_the_map_and_every_room_of_the_map_is_there()
    {
        string[] known = [.. EngineRooms.Order.SelectMany(line => line).Order(StringComparer.Ordinal)];
        Assert.Equal(known, EngineRooms.Sources.Select(source => source.Room).Where(room => room.Length > 0).Distinct().Order(StringComparer.Ordinal));

        string map = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "architecture.md"));
        Assert.All(known, room => Assert.Contains($"`{room}/`", map, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_type_lies_in_a_room_that_is_known()
    {
        string[] lost = [.. OutermostTypes().Select(type => type.FullName).Where(name => !EngineRooms.RoomOf.ContainsKey(name))];
        AssertNone(lost);
    }

    [Fact]
    public void A_room_knows_only_those_under_it()
    {
        Dictionary<string, int> floors = EngineRooms.Order.SelectMany((line, i) => line.Select(room => (room, i))).ToDictionary(one => one.room, one => one.i);
        var wrong = new List<string>();
        foreach (TypeDefinition type in OutermostTypes())
        {
            if (EngineRooms.RoomOf.GetValueOrDefault(type.FullName) is not { Length: > 0 } own)
            {
                continue;
            }

            foreach (string named in EngineRooms.NamedBy(type))
            {
                if (EngineRooms.RoomOf.GetValueOrDefault(named) is { Length: > 0 } other && other != own && floors[other] <= floors[own])
                {
                    wrong.Add($"{own}/{type.Name} names {other}/{named}");
                }
            }
        }

        AssertNone(wrong.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_Native_calls_the_C_library()
    {
        string[] wrong =
        [
            .. AllTypes().Where(type => type.Methods.Any(method => method.IsPInvokeImpl))
                .Select(type => Outermost(type).FullName).Distinct()
                .Where(name => EngineRooms.RoomOf.GetValueOrDefault(name) != "Native"),
        ];
        AssertNone(wrong);
    }

    [Fact]
    public void Only_Paging_and_Frames_are_unsafe()
    {
        AssertNone(
            from source in EngineRooms.Sources
            where source.Room is not ("Paging" or "Frames") && Unsafe().IsMatch(File.ReadAllText(source.File))
            select Path.GetRelativePath(EngineRooms.Folder, source.File));
    }

    [Fact]
    public void Only_Sources_asks_which_kind_of_machine_is_read()
    {
        string[] kinds = ["LiveMachine", "CopiedMachine", "SnapshotMachine"];
        string[] wrong =
        [
            .. from type in OutermostTypes()
               let room = EngineRooms.RoomOf.GetValueOrDefault(type.FullName)
               where room != "Sources" && EngineRooms.NamedBy(type).Any(named => kinds.Contains(named.Split('.')[^1]))
               select type.FullName,
        ];
        AssertNone(wrong);
        AssertNone(
            from source in EngineRooms.Sources
            where source.Room != "Sources" && KindQuestion().IsMatch(File.ReadAllText(source.File))
            select Path.GetRelativePath(EngineRooms.Folder, source.File));
    }

    [Fact]
    public void What_reads_the_file_of_a_snapshot_calls_nothing_native()
    {
        string[] readers = ["SnapshotMachine", "SnapshotFiles", "SnapshotArchive", "BoundedStream", "SnapshotManifest", "RecordedPagemap", "PageRun", "FilePart"];

        // The first two make no call themselves, and have a way without any; the others only hold what a call would have returned.
        string[] allowed = ["Errno", "UnnamedFile", "FileUsage", "FileIdentity", "FileMark"];
        TypeDefinition[] found = [.. OutermostTypes().Where(type => readers.Contains(type.Name))];
        Assert.Equal(readers.Length, found.Length);
        AssertNone(
            from type in found
            from method in type.NestedTypes.Prepend(type).SelectMany(one => one.Methods)
            where method.HasBody
            from instruction in method.Body.Instructions
            let called = (instruction.Operand as MethodReference)?.DeclaringType
            where called is not null && EngineRooms.RoomOf.GetValueOrDefault(called.FullName) == "Native" && !allowed.Contains(called.Name)
            select $"{type.Name}.{method.Name} calls {called.Name}");
    }

    [Fact]
    public void What_is_public_is_used_by_a_host()
    {
        ModuleDefinition[] hosts = [.. new[] { "LinuxMem.Cli/bin/Release/net10.0/linuxmem.dll", "LinuxMem.PS/bin/Release/net10.0/LinuxMem.PS.dll", "LinuxMem.Views/bin/Release/net10.0/LinuxMem.Views.dll" }.Select(Host)];
        HashSet<string> used = [.. hosts.SelectMany(host => host.GetTypeReferences()).Select(type => type.FullName)];

        // What a used type shows of itself must be public with it.
        var shown = new Queue<TypeDefinition>(OutermostTypes().Where(type => used.Contains(type.FullName)));
        while (shown.TryDequeue(out TypeDefinition? type))
        {
            foreach (string name in EngineRooms.ShownBy(type).Where(used.Add))
            {
                if (EngineRooms.Module.GetType(name) is TypeDefinition other)
                {
                    shown.Enqueue(other);
                }
            }
        }

        AssertNone(OutermostTypes().Where(type => type.IsPublic && !used.Contains(type.FullName)).Select(type => type.FullName));
    }

    [Fact]
    public void No_type_bears_the_name_of_a_namespace()
    {
        HashSet<string> spaces = [.. AllTypes().Select(type => type.Namespace.Split('.')[^1])];

        // What Get-SharedMemory emits is called after the cmdlet, and the room after what it holds.
        AssertNone(OutermostTypes().Where(type => type.IsPublic && spaces.Contains(type.Name)).Select(type => type.FullName).Except(["LinuxMem.SharedMemory"]));
    }

    /// <summary>All that is wrong stands in the message, a line each.</summary>
    private static void AssertNone(IEnumerable<string> wrong)
    {
        string all = string.Join('\n', wrong);
        Assert.True(all.Length == 0, all);
    }

    private static ModuleDefinition Host(string file) => ModuleDefinition.ReadModule(Path.Combine(Repository.Folder, "src", file));

    private static IEnumerable<TypeDefinition> OutermostTypes() => EngineRooms.Module.Types
        .Where(type => type.Namespace.StartsWith("LinuxMem", StringComparison.Ordinal) && !type.Name.Contains('<'));

    private static IEnumerable<TypeDefinition> AllTypes() => EngineRooms.Module.GetTypes().Where(type => Outermost(type).Namespace.StartsWith("LinuxMem", StringComparison.Ordinal));

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is TypeDefinition around ? Outermost(around) : type;

    [GeneratedRegex(@"^(?!\s*//).*\bunsafe\b", RegexOptions.Multiline)]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\.(IsLive|IsSnapshot|IsCopy|Snapshot is)\b")]
    private static partial Regex KindQuestion();
}
