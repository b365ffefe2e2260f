namespace LinuxMem.Engine.Native;

/// <summary>Files for passing use that nobody else can open, and that are gone when they are closed, even by a kill.</summary>
internal static class UnnamedFile
{
    /// <summary>
    /// Makes one. It has a name, one that nobody can guess, only until it is open; open(2) with O_TMPFILE would spare
    /// that, but not every file system has it.
    /// </summary>
    /// <exception cref="LinuxMemException">No file can be made in the folder.</exception>
    public static FileStream Create(string folder, int bufferSize = 0)
    {
        string path = Path.Combine(folder, $".linuxmem-{Guid.NewGuid():N}");
        FileStream? file = null;
        try
        {
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                BufferSize = bufferSize,
            });
            File.Delete(path);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new LinuxMemException(LinuxMemError.SystemError, $"No file for passing use can be made in '{folder}': {e.Message} Set TMPDIR to a folder that may be written to.", folder, e);
        }
    }
}
