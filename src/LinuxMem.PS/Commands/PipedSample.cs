using System.Collections;
using System.Globalization;
using System.Management.Automation;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Comparison;
using LinuxMem.Engine.Texts;

namespace LinuxMem.PowerShell.Commands;

/// <summary>
/// The groups of samples that are compared: those of this session, and what has been made of some by CLIXML, remoting and jobs, CSV and
/// JSON, also that of <c>linuxmem groups</c>, which has the headings for names.
/// </summary>
internal static class PipedSample
{
    /// <summary>The most characters of a text that describes a group: those that LinuxMem itself makes have fewer.</summary>
    private const int MaxText = 128 << 10;

    /// <summary>PATH_MAX.</summary>
    private const int MaxPath = 4096;

    private const string Makers = "Give what Get-MemGroup emitted, whole, or what Export-Clixml, Export-Csv, ConvertTo-Json or 'linuxmem groups -o json' made of it";

    /// <summary>The path of the snapshot that an object is: a file or folder, or the path of one; null for another object.</summary>
    /// <exception cref="LinuxMemException">It is text and no path of anything, or a file that others read.</exception>
    public static string? Snapshot(object? input, SessionState session)
    {
        string? path = (input is PSObject wrapped ? wrapped.BaseObject : input) switch
        {
            FileSystemInfo file => file.FullName,
            string { Length: > 0 and <= MaxPath } text when ProcRootPath.ResolveFile(session, text) is string resolved && (File.Exists(resolved) || Directory.Exists(resolved)) => resolved,
            string text => throw Refused($"'{VisibleText.InMessage(text)}' is text, not a group, and no file here. Give a snapshot's path, or what Import-Clixml, Import-Csv or ConvertFrom-Json make of another file.", input),
            _ => null,
        };
        return path is not null && Path.GetExtension(path).ToLowerInvariant() is ".xml" or ".clixml" or ".csv" or ".json"
            ? throw Refused($"'{VisibleText.InMessage(Path.GetFileName(path))}' is a file, and no snapshot. Read it first: with Import-Clixml, Import-Csv or ConvertFrom-Json.", input)
            : path;
    }

    /// <summary>The groups in an object.</summary>
    /// <param name="input">A group, or a list of some.</param>
    /// <param name="figures">The figures that are compared.</param>
    /// <exception cref="LinuxMemException">It is no group, or lacks what tells which one.</exception>
    public static IEnumerable<GroupReading> Readings(object? input, IReadOnlyList<Column<MemGroup>> figures)
    {
        object? value = input is PSObject wrapped ? wrapped.BaseObject : input;
        return value switch
        {
            null => throw Refused("Nothing ($null) was given where a group was expected.", input),
            MemGroup group => [GroupReading.Of(group, figures)],
            string text => throw Refused($"'{VisibleText.InMessage(text)}' is text, not a group. {Makers}.", input),
            IDictionary => [Reading(input!, figures)],
            IEnumerable list => list.Cast<object?>().SelectMany(one => Readings(one, figures)),
            _ => [Reading(input!, figures)],
        };
    }

    private static GroupReading Reading(object input, IReadOnlyList<Column<MemGroup>> figures)
    {
        string split = Text(nameof(MemGroup.Split), Required(nameof(MemGroup.Split)))!;
        return new GroupReading
        {
            ComputerName = Get(nameof(MemGroup.ComputerName), "computer_name", out object? machine) && Text(nameof(MemGroup.ComputerName), machine, PipedProcesses.MaxHostName) is { Length: > 0 } name ? name : null,
            Split = split,
            Report = (int)(Number(Required(nameof(MemGroup.Report)), nameof(MemGroup.Report)) ?? 1),
            Identity = Text(nameof(MemGroup.Identity), Required(nameof(MemGroup.Identity)))!,
            GroupName = Get(nameof(MemGroup.GroupName), "group_name", out object? shown) ? Text(nameof(MemGroup.GroupName), shown) ?? string.Empty : string.Empty,
            Time = Get(nameof(MemGroup.Time), "time", out object? time) ? Time(time) : null,
            Figures = [.. figures.Select(figure => Get(figure.Property, figure.Heading, out object? bytes) ? Number(bytes, figure.Property) : throw Lacking(figure.Property))],
        };

        object Required(string property) =>
            Get(property, property, out object? value) && value?.ToString() is { Length: > 0 } ? value : throw Lacking(property);

        bool Get(string property, string heading, out object? value)
        {
            value = null;
            if ((input is PSObject wrapped ? wrapped.BaseObject : input) is IDictionary dictionary)
            {
                object? key = dictionary.Keys.Cast<object>().FirstOrDefault(key => property.Equals(key.ToString(), StringComparison.OrdinalIgnoreCase) || heading.Equals(key.ToString(), StringComparison.OrdinalIgnoreCase));
                value = key is null ? null : dictionary[key];
                return key is not null;
            }

            PSMemberInfoCollection<PSPropertyInfo> properties = PSObject.AsPSObject(input).Properties;
            PSPropertyInfo? found = properties[property] ?? properties[heading];
            value = found?.Value is PSObject inner ? inner.BaseObject : found?.Value;
            return found is not null;
        }

        string? Text(string property, object? value, int most = MaxText) =>
            Convert.ToString(value, CultureInfo.InvariantCulture) is not string text || text.Length <= most
                ? value?.ToString()
                : throw Refused(string.Create(CultureInfo.InvariantCulture, $"{property} of a group has {text.Length} characters, and no more than {most} are taken. {Makers}."), input);

        LinuxMemException Lacking(string property) =>
            Refused($"An object of type {(input is PSObject wrapped ? wrapped.BaseObject : input).GetType().Name} is no group that can be compared: it has no {property}. {Makers}.", input);

        long? Number(object? value, string property)
        {
            try
            {
                return value switch
                {
                    null or "" => null,
                    string { Length: > PipedProcesses.MaxNumber } => throw new FormatException(),
                    string text => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                    _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                };
            }
            catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
            {
                throw Refused($"{property} of a group is '{VisibleText.InMessage(value)}', which is no whole number of bytes. {Makers}.", input);
            }
        }

        DateTime? Time(object? value) => value switch
        {
            null or "" => null,
            DateTime time => time.ToUniversalTime(),
            DateTimeOffset time => time.UtcDateTime,
            string { Length: <= PipedProcesses.MaxTime } text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) => time.ToUniversalTime(),
            string { Length: <= PipedProcesses.MaxTime } text when DateTime.TryParse(text, CultureInfo.CurrentCulture, DateTimeStyles.None, out DateTime time) => time.ToUniversalTime(),
            _ => throw Refused($"The time of a group is '{VisibleText.InMessage(value)}', which is no time. {Makers}.", input),
        };
    }

    private static LinuxMemException Refused(string message, object? input) => new(LinuxMemError.InvalidArgument, message, input);
}
