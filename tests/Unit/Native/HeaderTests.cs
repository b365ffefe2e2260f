using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Text;
using LinuxMem.Engine.Native;
using LinuxMem.Unit.Staging;

namespace LinuxMem.Unit.Native;

/// <summary>The constants, sizes and offsets of the room Native are those that the C compiler finds in the system's headers.</summary>
[Beside(Company.Everybody)]
public partial class HeaderTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly string[] Headers =
    [
        "asm/unistd.h", "dirent.h", "errno.h", "fcntl.h", "linux/close_range.h", "linux/fs.h", "linux/fuse.h", "linux/ioprio.h", "linux/kcmp.h", "linux/keyctl.h", "linux/magic.h", "linux/mman.h", "linux/openat2.h", "linux/securebits.h", "linux/stat.h",
        "poll.h", "pwd.h", "sched.h", "signal.h", "spawn.h", "stddef.h", "stdio.h", "sys/ioctl.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h",
        "sys/shm.h", "sys/statvfs.h", "sys/syscall.h", "sys/vfs.h", "sys/wait.h", "termios.h", "time.h", "unistd.h",
    ];

    /// <summary>Names of enumerations: the preprocessor does not know them.</summary>
    private static readonly HashSet<string> Enumerators = ["IOPRIO_CLASS_IDLE", "IOPRIO_WHO_PROCESS", "KCMP_FILES", "P_PID", "P_PIDFD", "PRIO_PROCESS"];

    private static readonly Lazy<Dictionary<string, string>> Compiled = new(Compile);

    public static TheoryData<string, string> Constants => new(NativeTypes()
        .SelectMany(ConstantsOf).Where(constant => Expression(constant) is not null)
        .Select(constant => (constant.DeclaringType!.FullName!, constant.Name)));

    public static TheoryData<string> Structures => new(NativeTypes().Where(type => type.GetCustomAttribute<CNameAttribute>() is not null).Select(type => type.FullName!));

    [Theory]
    [MemberData(nameof(Constants))]
    public void A_constant_is_that_of_the_headers(string type, string name)
    {
        FieldInfo field = typeof(CNameAttribute).Assembly.GetType(type, throwOnError: true)!.GetField(name, Any)!;
        long value = field.GetValue(null) switch
        {
            ulong wide => unchecked((long)wide),
            nint word => word,
            nuint word => (long)word,
            object other => Convert.ToInt64(other, CultureInfo.InvariantCulture),
            null => throw new InvalidOperationException($"{type}.{name} has no value."),
        };
        Assert.Equal(Value(Expression(field)!), value);
    }

    [Fact]
    public void Every_constant_of_the_room_is_C_s_or_known_to_be_our_own()
    {
        string[] own = ["PagemapScan.Same", "Readdir.MaxNumbers", "Readdir.NameBuffer"];
        Assert.Equal(own, NativeTypes().SelectMany(ConstantsOf).Where(constant => Expression(constant) is null).Select(constant => $"{constant.DeclaringType!.Name}.{constant.Name}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void A_structure_is_that_of_the_headers(string type)
    {
        Type structure = typeof(CNameAttribute).Assembly.GetType(type, throwOnError: true)!;
        string name = structure.GetCustomAttribute<CNameAttribute>()!.Expression;
        Assert.Equal(Value($"sizeof({name})"), Marshal.SizeOf(structure));
        foreach (FieldInfo field in structure.GetFields(Any).Where(field => !field.IsStatic))
        {
            string member = field.GetCustomAttribute<CNameAttribute>()?.Expression ?? throw new InvalidOperationException($"{type}.{field.Name} does not say which member of {name} it is.");
            Assert.Equal(Value($"offsetof({name}, {member})"), Marshal.OffsetOf(structure, field.Name));
        }
    }

    [Fact]
    public void Every_structure_that_is_handed_to_the_C_library_says_which_it_is()
    {
        Assert.DoesNotContain(NativeTypes(), type => type is { IsValueType: true, IsEnum: false }
            && type.GetFields(Any).Any(field => !field.IsStatic) && IsInCall(type) && type.GetCustomAttribute<CNameAttribute>() is null);
    }

    private static IEnumerable<Type> NativeTypes() => typeof(CNameAttribute).Assembly.GetTypes().Where(type => type.Namespace == typeof(CNameAttribute).Namespace);

    /// <summary>Constants, and those that are one only on a given architecture.</summary>
    private static IEnumerable<FieldInfo> ConstantsOf(Type type) => type.IsEnum ? [] : type.GetFields(Any)
        .Where(field => (field.IsLiteral || (field.IsStatic && field.IsInitOnly)) && !field.Name.StartsWith('<') && field.FieldType.IsPrimitive);

    private static bool IsInCall(Type structure) => NativeTypes().SelectMany(type => type.GetMethods(Any))
        .Where(method => (method.Attributes & MethodAttributes.PinvokeImpl) != 0 || method.GetCustomAttributes().Any(attribute => attribute.GetType().Name == "LibraryImportAttribute"))
        .SelectMany(method => method.GetParameters()).Any(parameter => (parameter.ParameterType.GetElementType() ?? parameter.ParameterType) == structure);

    /// <summary>The C expression of a constant: what its attribute says, or its own name where it is written as C writes its own.</summary>
    private static string? Expression(FieldInfo field) =>
        field.GetCustomAttribute<CNameAttribute>()?.Expression ?? (NameOfC().IsMatch(field.Name) ? field.Name : null);

    private static long Value(string expression)
    {
        Assert.SkipUnless(Compiled.Value.ContainsKey(expression), $"Not tested: there is no C compiler, or the system's headers are older than {expression}.");
        return long.Parse(Compiled.Value[expression], CultureInfo.InvariantCulture);
    }

    private static Dictionary<string, string> Compile()
    {
        if (!Command.Exists("cc"))
        {
            return [];
        }

        IEnumerable<string> constants = NativeTypes().SelectMany(ConstantsOf).Select(Expression).OfType<string>();
        IEnumerable<string> structures =
            from type in NativeTypes()
            let name = type.GetCustomAttribute<CNameAttribute>()?.Expression
            where name is not null
            from expression in type.GetFields(Any).Where(field => !field.IsStatic).Select(field => $"offsetof({name}, {field.GetCustomAttribute<CNameAttribute>()?.Expression})").Append($"sizeof({name})")
            select expression;
        var program = new StringBuilder("#define _GNU_SOURCE\n");
        Array.ForEach(Headers, header => program.Append(CultureInfo.InvariantCulture, $"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n"));
        program.Append("int main(void) {\n");
        foreach (string expression in constants.Concat(structures).Distinct())
        {
            string print = $"printf(\"%s=%lld\\n\", \"{expression}\", (long long)({expression}));\n";
            bool isMacro = !Enumerators.Contains(expression) && !expression.Contains('(', StringComparison.Ordinal);

            // The scan of page maps came with 6.7, and with it its structures.
            string? guard = isMacro ? expression : expression.Contains("struct cachestat", StringComparison.Ordinal) ? "SYS_cachestat" : expression.Contains("pm_scan_arg", StringComparison.Ordinal) || expression.Contains("page_region", StringComparison.Ordinal) ? "PAGEMAP_SCAN" : null;
            program.Append(guard is null ? print : $"#ifdef {guard}\n{print}#endif\n");
        }

        program.Append("return 0; }\n");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("linuxmem-headers-");
        try
        {
            string source = Path.Combine(folder.FullName, "constants.c");
            File.WriteAllText(source, program.ToString());
            Command.Run("cc", ["-o", Path.Combine(folder.FullName, "constants"), source]);
            return Command.Run(Path.Combine(folder.FullName, "constants"), []).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('=')).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^(SYS_[a-z0-9_]+|E[A-Z0-9]+|[A-Z][A-Z0-9]*(_[A-Z0-9_]+)+|SIG[A-Z]+|POLL[A-Z]+|W[A-Z]{4,})$")]
    private static partial Regex NameOfC();
}
