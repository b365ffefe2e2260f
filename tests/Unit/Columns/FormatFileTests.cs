using System.Xml.Linq;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Views;

namespace LinuxMem.Unit.Columns;

/// <summary>The views of PowerShell that the build makes from the description of columns.</summary>
[Beside(Company.Everybody)]
public class FormatFileTests
{
    private static readonly XElement[] Views = [.. FormatFile.Create(Reported.Things).Descendants("View")];

    [Fact]
    public void Every_type_has_its_views_live_and_deserialized()
    {
        foreach (ColumnSet thing in Reported.Things)
        {
            string type = thing.Type.FullName!;
            string[] views = [.. Views.Where(view => view.Element("ViewSelectedBy")!.Elements().First().Value == type).Select(view => view.Element("Name")!.Value)];
            string[] asked = thing.Type.IsSubclassOf(typeof(MemFigures)) ? ["Compact", "Swap", "Shared", "Full"] : ["Compact", "Full"];

            // What comes alone is a list where nobody asks for a table.
            string[] usual = thing.Type == typeof(MemFit) ? ["List", "Table"] : ["Table", "List"];
            Assert.Equal([.. usual, .. asked, "Wide", "Custom"], views);
        }

        Assert.All(Views, view => Assert.Equal(2, view.Descendants("TypeName").Count()));
        Assert.All(Views, view => Assert.Equal($"Deserialized.{view.Descendants("TypeName").First().Value}", view.Descendants("TypeName").Last().Value));
    }

    [Fact]
    public void Text_is_never_shown_as_it_is()
    {
        foreach (ColumnSet thing in Reported.Things)
        {
            string[] texts = [.. thing.Type.GetProperties().Where(property => property.PropertyType == typeof(string)).Select(property => property.Name)];
            Assert.Empty(Views
                .Where(view => view.Element("ViewSelectedBy")!.Value.StartsWith(thing.Type.FullName!, StringComparison.Ordinal))
                .Descendants("PropertyName").Select(property => property.Value).Intersect(texts));
        }
    }

    [Theory]
    [InlineData(ColumnKind.Text, "[LinuxMem.PowerShell.TableCell]::Name($_.X, $Host, 'T.Table', 3)")]
    [InlineData(ColumnKind.Values, "[LinuxMem.PowerShell.TableCell]::Name(($_.X -join ' '), $Host, 'T.Table', 3)")]
    [InlineData(ColumnKind.Other, "[LinuxMem.PowerShell.TableCell]::Name($_.X, $Host, 'T.Table', 3)")]
    [InlineData(ColumnKind.Number, "[LinuxMem.PowerShell.TableCell]::Figure($_.X, $Host, 'T.Table', 3)")]
    [InlineData(ColumnKind.Size, "[LinuxMem.PowerShell.TableCell]::Figure([LinuxMem.PowerShell.TableCell]::Size($_.X), $Host, 'T.Table', 3)")]
    [InlineData(ColumnKind.Percent, "[LinuxMem.PowerShell.TableCell]::Figure([LinuxMem.PowerShell.TableCell]::Percent($_.X), $Host, 'T.Table', 3)")]
    public void A_cell_of_a_table_knows_its_place(ColumnKind kind, string cell) => Assert.Equal(cell, CellScript.InTable(Column(kind), "T.Table", 3).Value);

    [Theory]
    [InlineData(ColumnKind.Text, "[LinuxMem.PowerShell.TableCell]::Whole($_.X)")]
    [InlineData(ColumnKind.Values, "[LinuxMem.PowerShell.TableCell]::Whole(($_.X -join ' '))")]
    [InlineData(ColumnKind.Sentences, "[LinuxMem.PowerShell.TableCell]::Sentences($_.X, $Host, 0)")]
    [InlineData(ColumnKind.Any, "[LinuxMem.PowerShell.TableCell]::Any($_.X)")]
    [InlineData(ColumnKind.Size, "[LinuxMem.PowerShell.TableCell]::Size($_.X)")]
    [InlineData(ColumnKind.Percent, "[LinuxMem.PowerShell.TableCell]::Percent($_.X)")]
    [InlineData(ColumnKind.Number, "[LinuxMem.PowerShell.TableCell]::Any($_.X)")]
    [InlineData(ColumnKind.Other, "[LinuxMem.PowerShell.TableCell]::Any($_.X)")]
    public void A_cell_of_a_list_is_made_as_its_kind_asks_for(ColumnKind kind, string cell) => Assert.Equal(cell, CellScript.InList(Column(kind)).Value);

    private static Column<object> Column(ColumnKind kind) => new("x", "X", kind, _ => null);
}
