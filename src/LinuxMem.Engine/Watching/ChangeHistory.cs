namespace LinuxMem.Engine.Watching;

/// <summary>
/// What lines held at the first look and at the one before. Of a line that is gone nothing is kept, so that it does not grow; one that is
/// new grew from nothing, but at the first look.
/// </summary>
internal sealed class ChangeHistory
{
    private Dictionary<string, (long First, long Last)>? seen;

    /// <summary>The lines of the next look, with their changes.</summary>
    public IReadOnlyList<WatchLine> Next(IReadOnlyList<WatchRow> rows)
    {
        var next = new Dictionary<string, (long First, long Last)>(rows.Count, StringComparer.Ordinal);
        var lines = new List<WatchLine>(rows.Count);
        foreach (WatchRow row in rows)
        {
            if (row.Figures.Held is not long held)
            {
                lines.Add(new WatchLine(row, null, null));
                continue;
            }

            (long first, long last) = seen is null ? (held, held) : seen.GetValueOrDefault(row.Identity);
            next[row.Identity] = (first, held);
            lines.Add(new WatchLine(row, held - last, held - first));
        }

        seen = next;
        return lines;
    }
}
