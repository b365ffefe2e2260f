using LinuxMem.Engine.Texts;

namespace LinuxMem.Engine.Procfs;

/// <summary><c>/proc/PID/cgroup</c> (cgroups(7)): lines of <c>hierarchy:controllers:path</c>.</summary>
internal static class CgroupFile
{
    /// <summary>
    /// The most telling cgroup path: that of the unified hierarchy (version 2) unless it is the root; else that of
    /// systemd's hierarchy, of the memory controller, or the first that is not the root. Null when no line is well
    /// formed.
    /// </summary>
    /// <remarks><see cref="CgroupPath.Controllers"/> is empty for the first two, which hold the same groups.</remarks>
    public static CgroupPath? Parse(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> best = default;
        ReadOnlySpan<byte> hierarchy = default;
        int bestRank = int.MaxValue;
        bool any = false;
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int first = line.IndexOf((byte)':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
            if (second < 0)
            {
                continue;
            }

            any = true;
            ReadOnlySpan<byte> controllers = line.Slice(first + 1, second);
            ReadOnlySpan<byte> path = line[(first + second + 2)..];
            if (path.Length <= 1)
            {
                continue;
            }

            int rank = controllers.IsEmpty ? 0
                : controllers.SequenceEqual("name=systemd"u8) ? 1
                : controllers.SequenceEqual("memory"u8) ? 2
                : 3;
            if (rank < bestRank)
            {
                best = path;
                bestRank = rank;
                hierarchy = rank > 1 ? controllers : default;
            }
        }

        return !any ? null : best.IsEmpty ? new CgroupPath(string.Empty, "/") : new CgroupPath(BoundedText.Decode(hierarchy), BoundedText.Decode(best));
    }

    /// <summary>The path in one hierarchy; null when the process is not in that hierarchy.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="controller">A version 1 controller; empty for the unified hierarchy (version 2).</param>
    public static string? PathOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> controller)
    {
        while (FieldReader.TryTakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            int first = line.IndexOf((byte)':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
            if (second >= 0 && Has(line.Slice(first + 1, second), controller))
            {
                return SurrogateEscape.Decode(line[(first + second + 2)..]);
            }
        }

        return null;
    }

    private static bool Has(ReadOnlySpan<byte> controllers, ReadOnlySpan<byte> wanted)
    {
        while (true)
        {
            int end = controllers.IndexOf((byte)',');
            if ((end < 0 ? controllers : controllers[..end]).SequenceEqual(wanted))
            {
                return true;
            }

            if (end < 0)
            {
                return false;
            }

            controllers = controllers[(end + 1)..];
        }
    }
}
