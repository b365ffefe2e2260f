using System.Runtime.InteropServices;
using System.Text;

namespace LinuxMem.Engine.Native;

/// <summary>getpwuid_r(3): user names as the system's name service knows them (files, LDAP, SSSD, …).</summary>
internal static partial class Passwd
{
    /// <summary>The login name of a user id, or null when nobody has it.</summary>
    public static byte[]? NameOf(uint uid)
    {
        for (int size = 1024; size <= 1 << 20; size *= 4)
        {
            byte[] text = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            nint address = Marshal.UnsafeAddrOfPinnedArrayElement((Array)text, 0);
            int error = getpwuid_r(uid, out Entry entry, address, (nuint)size, out nint found);
            if (error == Errno.ERANGE)
            {
                continue;
            }

            if (error != 0 || found == 0)
            {
                return null;
            }

            nint start = entry.Name - address;
            byte[]? name = start >= 0 && start < size
                ? text.AsSpan((int)start, text.AsSpan((int)start).IndexOf((byte)0)).ToArray()
                : Encoding.UTF8.GetBytes(Marshal.PtrToStringUTF8(entry.Name) ?? "");

            // The name lies in the array.
            GC.KeepAlive(text);
            return name;
        }

        return null;
    }

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint uid, out Entry entry, nint text, nuint size, out nint found);

    [CName("struct passwd")]
    [StructLayout(LayoutKind.Explicit, Size = 48)]
    private struct Entry
    {
        [CName("pw_name")]
        [FieldOffset(0)]
        public nint Name;
    }
}
