using System.Runtime.InteropServices;
using LinuxMem.Engine.Native;

namespace LinuxMem.Engine.Sources;

/// <summary>
/// The frames of the zero page, which private memory maps where it was read but never written.
/// Some architectures have several, side by side.
/// </summary>
/// <param name="First">The first frame.</param>
/// <param name="Last">The last frame.</param>
internal readonly record struct ZeroPagePfns(ulong First, ulong Last)
{
    /// <summary>The most zero pages that an architecture has (s390x has up to 128).</summary>
    public const int MaxCount = 128;

    /// <summary>No frame at all.</summary>
    public static ZeroPagePfns None => new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>Finds them by mapping memory of this process, reading it, and looking at its page map.</summary>
    /// <param name="pageSize">The size of a page in bytes.</param>
    /// <param name="framesVisible">False when the kernel hides frame numbers from this user.</param>
    public static ZeroPagePfns Find(ulong pageSize, out bool framesVisible)
    {
        framesVisible = false;
        nuint length = (nuint)pageSize * MaxCount;
        nint address = Mmap.Map(length, Mmap.PROT_READ, Mmap.MAP_PRIVATE);
        if (address == 0)
        {
            return None;
        }

        try
        {
            for (nuint offset = 0; offset < length; offset += (nuint)pageSize)
            {
                _ = Marshal.ReadByte(address + (nint)offset);
            }

            using FileDescriptor pagemap = FileDescriptor.WorkingDirectory.Open("/proc/self/pagemap\0"u8);
            if (!pagemap.IsOpen)
            {
                return None;
            }

            byte[] entries = new byte[MaxCount * sizeof(ulong)];
            int n = pagemap.ReadAt(entries, (long)((ulong)address / pageSize * 8));
            ulong first = ulong.MaxValue, last = 0;
            for (int i = 0; i < n / 8; i++)
            {
                ulong entry = BitConverter.ToUInt64(entries, i * sizeof(ulong));
                if ((entry & PagemapEntry.Present) != 0)
                {
                    ulong frame = entry & PagemapEntry.FrameMask;
                    framesVisible |= frame != 0;
                    first = Math.Min(first, frame);
                    last = Math.Max(last, frame);
                }
            }

            return framesVisible && last - first < MaxCount ? new ZeroPagePfns(first, last) : None;
        }
        finally
        {
            Mmap.Unmap(address, length);
        }
    }
}
