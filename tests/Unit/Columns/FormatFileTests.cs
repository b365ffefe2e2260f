using System.Xml.Linq;
using LinuxMem.Engine.Reports.Columns;
using LinuxMem.Views;

namespace LinuxMem.Unit.Columns;

/// <summary>The views of PowerShell that the build makes from the description of columns.</summary>
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
            Assert.Equal([$"{type}.Table", $"{type}.List", "Compact", $"{type}.Wide"], views);
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
    [InlineData(ViewKind.Table, ColumnKind.Text, 0, null, "[LinuxMem.PowerShell.TableCell]::Name($_.X)")]
    [InlineData(ViewKind.Table, ColumnKind.Text, 15, null, "[LinuxMem.PowerShell.TableCell]::Name($_.X, 15)")]
    [InlineData(ViewKind.Compact, ColumnKind.Text, 0, 12, "[LinuxMem.PowerShell.TableCell]::Name($_.X, 0, 12)")]
    [InlineData(ViewKind.Table, ColumnKind.Text, 0, int.MaxValue, "[LinuxMem.PowerShell.TableCell]::Whole($_.X)")]
    [InlineData(ViewKind.List, ColumnKind.Text, 0, null, "[LinuxMem.PowerShell.TableCell]::Whole($_.X)")]
    [InlineData(ViewKind.List, ColumnKind.Values, 0, null, "[LinuxMem.PowerShell.TableCell]::Whole(($_.X -join ' '))")]
    [InlineData(ViewKind.Table, ColumnKind.Size, 0, null, "[LinuxMem.PowerShell.TableCell]::Figure($_.X)")]
    [InlineData(ViewKind.Compact, ColumnKind.Size, 0, null, "[LinuxMem.PowerShell.TableCell]::Size($_.X)")]
    [InlineData(ViewKind.Table, ColumnKind.Percent, 0, null, "[LinuxMem.PowerShell.TableCell]::Percent($_.X)")]
    [InlineData(ViewKind.Table, ColumnKind.Number, 7, null, "\"$($_.X)\".PadLeft(7)")]
    [InlineData(ViewKind.Table, ColumnKind.Number, 0, null, "X")]
    [InlineData(ViewKind.List, ColumnKind.Other, 0, null, "X")]
    public void A_cell_is_made_as_its_kind_and_view_ask_for(ViewKind view, ColumnKind kind, int narrowest, int? widest, string cell) =>
        Assert.Equal(cell, CellScript.Of(new Column<object>("x", "X", kind, _ => null) { ViewNarrowest = narrowest, ViewWidest = widest }, view).Value);
}
