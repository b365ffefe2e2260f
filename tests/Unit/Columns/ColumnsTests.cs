using System.Reflection;
using LinuxMem.Engine.Cgroups;
using LinuxMem.Engine.Procfs;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Engine.Reports.Fit;
using LinuxMem.Engine.Postgres;
using LinuxMem.Engine.Reports;
using LinuxMem.Engine.Scanning;
using LinuxMem.Unit.Fixtures;

namespace LinuxMem.Unit.Columns;

/// <summary>The description of columns, which tables, JSON, CSV, names and views are made from.</summary>
[Beside(Company.Everybody)]
public class ColumnsTests
{
    public static TheoryData<Type> Types { get; } = [.. Reported.Things.Select(thing => thing.Type)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_property_has_a_column_and_every_column_a_property(Type type)
    {
        ColumnSet thing = Thing(type);
        string[] properties = [.. type.GetProperties().Select(property => property.Name)];
        Column[] list = [.. thing.Views.Single(view => view.Kind == ViewKind.List).Columns];

        // Values of environments leave a process only where they are asked for by name; the identity of a group is for programs.
        Assert.Equal(properties.Except(["Environment", "Identity"]).Order(StringComparer.Ordinal), list.Select(column => column.Property).Order(StringComparer.Ordinal));
        Assert.Empty(Columns(thing).Select(column => column.Property).Concat(thing.Keys).Concat(thing.Summary).Concat(thing.Section).Except(properties));
        Assert.Empty(Columns(thing).Select(column => column.UnlimitedProperty).OfType<string>().Except(properties));
    }

    [Fact]
    public void At_80_columns_control_groups_show_how_near_their_limit_is_and_what_fills_it()
    {
        View table = CgroupColumns.All.Views.Single(view => view.Kind == ViewKind.Table);

        Assert.Equal(["limit %", "mostly", "limit"], table.Columns.Take(table.Layout(79).Widths.Count).Select(column => column.Label).Intersect(["limit %", "mostly", "limit"]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void No_heading_stands_twice_in_a_view(Type type)
    {
        foreach (IReadOnlyList<Column> columns in Thing(type).Views.Select(view => view.Columns).Append(Data(Thing(type))))
        {
            Assert.Equal(columns.Count, columns.Select(column => column.Label).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        }

        // Whatever heads a column or is a key names its value, too.
        string[] names = [.. Thing(type).Aliases.Select(alias => alias.Name).Concat(type.GetProperties().Select(property => property.Name))];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(Columns(Thing(type)).Where(column => column.Label != "name"), column => Assert.Contains(column.Label, names, StringComparer.OrdinalIgnoreCase));

        // Get-Process and Stop-Process would take a name for all its bearers.
        Assert.DoesNotContain("name", Thing(type).Aliases.Select(alias => alias.Name), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_value_of_a_column_is_that_of_its_property(Type type)
    {
        using var copy = new ProcCopy();
        object sample = Sample(type, copy);
        foreach (Column column in Columns(Thing(type)))
        {
            var value = (Delegate)column.GetType().GetProperty("Value")!.GetValue(column)!;
            Assert.Equal(type.GetProperty(column.Property)!.GetValue(sample), value.DynamicInvoke(sample));
        }
    }

    [Fact]
    public void Exports_keep_the_order_of_their_columns()
    {
        // The order that PowerShell exports in: what a type declares itself, then what it inherits.
        string figures = Properties(typeof(MemFigures)).Replace(" ShmIds IsTotal", string.Empty, StringComparison.Ordinal);
        Assert.Equal($"Split Report GroupName Key Identity Procs ProcessIds MemByNode Time ComputerName ProcRoot {figures} IsTotal", Properties(typeof(MemGroup)));
        Assert.Equal($"Id ParentId Uid RealUid Gid User Comm CommandLine Exe Cgroup Unit Container Pod Instance StartTime Time ComputerName ProcRoot {figures} ShmIds", Properties(typeof(MemProcess)));
    }

    [Fact]
    public void There_are_no_figures_before_a_scan_and_the_same_in_a_group_a_process_and_the_total_after_it()
    {
        using var copy = new ProcCopy();
        copy.Write("meminfo", "MemTotal: 64 kB\n");
        copy.Add(10, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5), ProcCopy.Slot(0, 9)).Map(0x1f000, 0);
        MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1, Total = true });
        MemProcess process = Assert.Single(scan.Table.Processes);
        PropertyInfo[] figures = [.. typeof(MemFigures).GetProperties().Where(figure => figure.Name != nameof(MemFigures.IsTotal))];

        Assert.All(figures, figure => Assert.Null(figure.GetValue(process)));

        MemReport report = Assert.Single(scan.Run([process], [new WholeSplit()]).Reports);
        Assert.Same(process, Assert.Single(scan.Measure([process]).Processes));
        foreach (MemFigures measured in new MemFigures[] { report.Groups[0], report.Total!, process })
        {
            Assert.Equal((4096L, 4096L, 6.25, 0L), (measured.MemRss, measured.SwapRss, measured.MemRssPercent, measured.ShmMem));
            Assert.All(figures, figure => Assert.Equal(figure.GetValue(report.Groups[0]), figure.GetValue(measured)));
        }

        Assert.Equal((false, true, 1), (report.Groups[0].IsTotal, report.Total!.IsTotal, report.Total.Procs));
    }

    private static ColumnSet Thing(Type type) => Reported.Things.Single(thing => thing.Type == type);

    private static IEnumerable<Column> Columns(ColumnSet thing) => thing.Views.SelectMany(view => view.Columns).Concat(Data(thing));

    private static IReadOnlyList<Column> Data(ColumnSet thing) => (IReadOnlyList<Column>)thing.GetType().GetProperty("Data")!.GetValue(thing)!;

    private static string Properties(Type type) => string.Join(' ', type.GetProperties().Select(property => property.Name));

    private static object Sample(Type type, ProcCopy copy)
    {
        copy.Add(10, maps: "10000-20000 rw-p 00000000 00:00 0 \n").Map(0x10000, ProcCopy.Frame(5)).Map(0x1f000, 0);
        MemScan scan = MemScan.Begin(new ScanOptions { ProcRoot = copy.Root, Threads = 1 });
        object[] samples =
        [
            scan.Run(scan.Table.Processes, [new WholeSplit()]).Reports[0].Groups[0],
            new MemGroupChange { Comparison = "c", Split = "UID", Report = 1, GroupName = "g", Identity = "none", Figure = "MemHeld", Status = "Grown", Before = 1, After = 3, Grown = 2, GrownPerHour = 4, Percent = 200, Samples = 3, Slope = 5, SlopeLow = 4, SlopeHigh = 6, PValue = 0.5, Trend = "None" },
            scan.Measure(scan.Table.Processes).Processes[0],
            scan.Map(scan.Table.Processes, new WholeSplit(), new MappingOptions()).Groups[0].Lines[0],
            scan.Share(scan.Table.Processes, [new WholeSplit()]).Reports[0].Lines[0],
            new ShmSegment { Key = 1, ShmId = 2, Size = 3, Rss = 4, Sid = new ValueList<string>(["A"]), User = "u" },
            new LinuxMem.SharedMemory { Kind = nameof(SharedMemoryKind.Memfd), Name = "/memfd:m", Device = "0:1", Inode = 1, Size = 2, Rss = 3, Pids = new ValueList<int>([4]) },
            new MemPart { Part = "free", Bytes = 1, Percent = 2, InFree = "free", Source = "MemFree", See = "free", MemByNode = new ValueList<NodeBytes>([new NodeBytes(0, 1)]) },
            new MemCgroup { Name = "a", Path = "/a", Version = 2, Charge = new CgroupCharge { Usage = new CgroupUsage { Current = 1, Anon = 2 }, Limit = 4, LimitUsed = 3, LimitPath = "/" } },
            new TmpfsMount { MountPoint = "/m", FsSize = 1, FsUsed = 2, IsUnlimited = false },
            new OracleInstance { Sid = "S", Sga = 1, Pga = 2, Processes = 3, LargePages = "True", Status = "Open", User = "u", Home = "/h", Kind = "ora", PmonPid = 4 },
            new PostgresInstance(new ServerCluster(scan.Table.Processes[0], new ClusterFacts { PostmasterId = 10, DataDirectory = "/d", Version = "17", Port = 5432, SharedBuffers = 1, WorkMem = 2, MaxConnections = 3, HugePages = "try", FileCache = 4 })),
            new HugePagePool { PageSize = 2 << 20, Node = 1, Total = 2, Free = 1, Reserved = 0, Surplus = 0, Recommended = 3, RecommendedFor = "r" },
            new MemFit(
                new FitOptions { SharedBuffers = 1 << 20, Connections = 2, ConnectionMemory = 3 },
                FitDemand.Of(new FitOptions { SharedBuffers = 1 << 20, Connections = 2, ConnectionMemory = 3 }, null, 4096, 2 << 20),
                new FitSupply { Free = 1, Available = 2, HugeSize = 2 << 20, PoolPages = 3, Commit = 4, Cgroup = new CgroupRoom("/a", 5, 6, 7), SegmentsLeft = 8, SegmentMax = 9 }),
        ];
        return samples.Single(type.IsInstanceOfType);
    }
}
