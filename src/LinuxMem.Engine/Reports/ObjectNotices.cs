using System.Globalization;
using LinuxMem.Engine.SharedMemory;
using LinuxMem.Engine.Sources;

namespace LinuxMem.Engine.Reports;

/// <summary>What has to be said of the shared memory behind the figures.</summary>
internal static class ObjectNotices
{
    /// <summary>One sentence for each thing that the figures lack.</summary>
    public static IEnumerable<string> Of(ObjectCatalog objects, Machine machine)
    {
        if (!objects.IsKnown)
        {
            yield return $"'{machine.Path}' does not tell how large shared memory is: mem_held and mem_freed have only what page tables map of it (and SysV segments), and shared_mem is not known.";
            yield break;
        }

        foreach (string warning in objects.Unseen.Warnings(machine))
        {
            yield return warning;
        }

        int secret = objects.Objects.Count(one => one.Home == ObjectHome.Secret);
        if (secret > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"At {secret} shared memory {(secret == 1 ? "object" : "objects")} (memfd_secret) nobody may look: what page tables map of them is in mem_file, and the rest in no figure.");
        }
    }
}
