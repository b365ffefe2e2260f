namespace LinuxMem.Engine.Native;

/// <summary>errno(3): the error numbers the engine tells apart, the same on every architecture .NET runs on.</summary>
/// <remarks>Makes no call of its own: lies here because every call returns one.</remarks>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int E2BIG = 7;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EEXIST = 17;
    public const int EXDEV = 18;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int EFBIG = 27;
    public const int EROFS = 30;
    public const int ERANGE = 34;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int ENODATA = 61;
    public const int ENOLINK = 67;
    public const int EBADMSG = 74;
    public const int EOVERFLOW = 75;
    public const int EILSEQ = 84;
    public const int EOPNOTSUPP = 95;
    public const int ETIMEDOUT = 110;

    /// <summary>True when the error says that the process is gone.</summary>
    public static bool IsGone(int errno) => errno is ENOENT or ESRCH;

    /// <summary>True when the error says that the kernel refused.</summary>
    public static bool IsRefused(int errno) => errno is EPERM or EACCES;

    /// <summary>True when this process or the machine may open no more files.</summary>
    public static bool IsOutOfFiles(int errno) => errno is EMFILE or ENFILE;

    /// <summary>Linux's sentence for the error. A snapshot tells such numbers also where the system has others.</summary>
    public static string Describe(int errno) => Libc.IsThere ? System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno) : errno switch
    {
        EPERM => "Operation not permitted",
        ENOENT => "No such file or directory",
        ESRCH => "No such process",
        EIO => "Input/output error",
        EACCES => "Permission denied",
        EINVAL => "Invalid argument",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Linux error {errno}"),
    };
}
