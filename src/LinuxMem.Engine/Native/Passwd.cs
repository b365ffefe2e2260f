using System.Runtime.InteropServices;
using System.Text;

namespace LinuxMem.Engine.Native;

/// <summary>getpwuid_r(3): user names as the system's name service knows them (files, LDAP, SSSD, …).</summary>
internal static partial class Passwd
{
    private const int ERANGE = 34;

    /// <summary>The login name of a user id, or null when nobody has it.</summary>
    public static byte[]? NameOf(uint uid)
    {
        // struct passwd begins with the pointer pw_name on every libc; 128 bytes hold all of it.
        Span<nint> record = stackalloc nint[16];
        for (int size = 1024; size <= 1 << 20; size *= 4)
        {
            byte[] text = new byte[size];
            var pin = GCHandle.Alloc(text, GCHandleType.Pinned);
            try
            {
                int error = getpwuid_r(uid, ref MemoryMarshal.GetReference(record), pin.AddrOfPinnedObject(), (nuint)size, out nint found);
                if (error == ERANGE)
                {
                    continue;
                }

                if (error != 0 || found == 0)
                {
                    return null;
                }

                int start = (int)(record[0] - pin.AddrOfPinnedObject());
                return start >= 0 && start < size
                    ? text.AsSpan(start, text.AsSpan(start).IndexOf((byte)0)).ToArray()
                    : Encoding.UTF8.GetBytes(Marshal.PtrToStringUTF8(record[0]) ?? "");
            }
            finally
            {
                pin.Free();
            }
        }

        return null;
    }

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint uid, ref nint record, nint text, nuint size, out nint found);
}
