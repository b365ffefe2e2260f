using System.Runtime.InteropServices;

namespace LinuxMem.Unit.Staging;

/// <summary>Runs code on a thread that lacks a capability (capabilities(7)); the rest of the test host keeps it.</summary>
internal static partial class Privileges
{
    public const int CAP_SYS_ADMIN = 21;
    private const uint Version3 = 0x20080522;

    /// <summary>Runs the action without the capability and hands on what it throws.</summary>
    public static void Without(int capability, Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                DropFromThisThread(capability);
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        }
    }

    private static void DropFromThisThread(int capability)
    {
        // struct __user_cap_header_struct, and two of struct __user_cap_data_struct (effective, permitted, inheritable).
        uint[] header = [Version3, 0];
        uint[] data = new uint[6];
        Check(capget(ref header[0], ref data[0]));
        data[(capability / 32) * 3] &= ~(1U << (capability % 32));
        Check(capset(ref header[0], ref data[0]));
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"capset: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(ref uint header, ref uint data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(ref uint header, ref uint data);
}
