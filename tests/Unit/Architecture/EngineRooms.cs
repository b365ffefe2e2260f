using System.Text.RegularExpressions;
using Mono.Cecil;

namespace LinuxMem.Unit.Architecture;

/// <summary>The engine's rooms (the folders of its source, docs/architecture.md) and the types that live in each.</summary>
internal static partial class EngineRooms
{
    /// <summary>From the top down: a room knows itself and those after it. Rooms of one line do not know each other.</summary>
    public static readonly string[][] Order =
    [
        ["Watching"],
        ["Reports"],
        ["Scanning"],
        ["Cgroups", "Oracle", "Postgres", "Tmpfs"],
        ["SharedMemory"],
        ["Snapshots"],
        ["Filters"],
        ["Processes"],
        ["Paging"],
        ["Frames"],
        ["Sources"],
        ["Procfs"],
        ["Native"],
        ["Collections", "Texts", "Threads"],
    ];

    /// <summary>The folder of the engine's source.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Folder, "src", "LinuxMem.Engine");

    /// <summary>The compiled engine.</summary>
    public static ModuleDefinition Module { get; } = ModuleDefinition.ReadModule(typeof(LinuxMemException).Assembly.Location);

    /// <summary>The source files, with the room each lies in; an empty room for those above all rooms.</summary>
    public static IReadOnlyList<(string Room, string File)> Sources { get; } =
    [
        .. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Folder, file).Split('/'), File: file))
            .Where(one => one.Path[0] is not ("bin" or "obj"))
            .Select(one => (one.Path.Length > 1 ? one.Path[0] : string.Empty, one.File)),
    ];

    /// <summary>The room of each type, by its full name.</summary>
    public static IReadOnlyDictionary<string, string> RoomOf { get; } = FindRooms();

    /// <summary>The types that the code of a type names, nested types and all members counted in.</summary>
    public static IEnumerable<string> NamedBy(TypeDefinition type)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        Visit(type);
        return named;

        void Visit(TypeDefinition one)
        {
            Add(one.BaseType);
            foreach (InterfaceImplementation implemented in one.Interfaces)
            {
                Add(implemented.InterfaceType);
            }

            foreach (FieldDefinition field in one.Fields)
            {
                Add(field.FieldType);
            }

            foreach (MethodDefinition method in one.Methods)
            {
                AddMethod(method);
                foreach (object operand in method.HasBody ? method.Body.Instructions.Select(instruction => instruction.Operand).Where(operand => operand is not null) : [])
                {
                    Add(operand as TypeReference);
                    AddMethod(operand as MethodReference);
                    AddField(operand as FieldReference);
                }

                foreach (TypeReference local in method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [])
                {
                    Add(local);
                }
            }

            foreach (TypeDefinition nested in one.NestedTypes)
            {
                Visit(nested);
            }
        }

        void AddMethod(MethodReference? method)
        {
            if (method is null)
            {
                return;
            }

            Add(method.DeclaringType);
            Add(method.ReturnType);
            foreach (ParameterDefinition parameter in method.Parameters)
            {
                Add(parameter.ParameterType);
            }

            foreach (TypeReference argument in (method as GenericInstanceMethod)?.GenericArguments ?? [])
            {
                Add(argument);
            }
        }

        void AddField(FieldReference? field)
        {
            Add(field?.DeclaringType);
            Add(field?.FieldType);
        }

        void Add(TypeReference? reference)
        {
            foreach (TypeReference argument in (reference as GenericInstanceType)?.GenericArguments ?? [])
            {
                Add(argument);
            }

            TypeReference? outermost = reference?.GetElementType();
            while (outermost?.DeclaringType is TypeReference around)
            {
                outermost = around;
            }

            if (outermost is not null)
            {
                named.Add(outermost.FullName);
            }
        }
    }

    /// <summary>The types that the public members of a type name.</summary>
    public static IEnumerable<string> ShownBy(TypeDefinition type)
    {
        IEnumerable<TypeReference?> shown =
        [
            type.BaseType,
            .. type.Interfaces.Select(implemented => implemented.InterfaceType),
            .. type.Fields.Where(field => field.IsPublic || field.IsFamily).Select(field => field.FieldType),
            .. type.Methods.Where(method => method.IsPublic || method.IsFamily)
                .SelectMany(method => method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType)),
        ];
        return shown.SelectMany(Parts);

        static IEnumerable<string> Parts(TypeReference? reference) => reference is null ? []
            : ((reference as GenericInstanceType)?.GenericArguments.SelectMany(Parts) ?? []).Append(reference.GetElementType().FullName);
    }

    private static Dictionary<string, string> FindRooms()
    {
        var rooms = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string room, string file) in Sources)
        {
            string text = File.ReadAllText(file);
            Match space = Namespace().Match(text);
            foreach (Match type in Declaration().Matches(text))
            {
                string arity = type.Groups["parameters"].Success ? $"`{type.Groups["parameters"].Value.Count(c => c == ',') + 1}" : string.Empty;
                rooms[$"{space.Groups["name"].Value}.{type.Groups["name"].Value}{arity}"] = room;
            }
        }

        return rooms;
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Types of a file stand at its margin; nested ones are indented.
    [GeneratedRegex(@"^(?:public |internal |file |static |sealed |abstract |readonly |ref |unsafe |partial )+(?:record struct|record class|record|class|struct|interface|enum) (?<name>\w+)(?:<(?<parameters>[^>]+)>)?", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
