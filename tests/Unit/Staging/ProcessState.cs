namespace LinuxMem.Unit.Staging;

/// <summary>The state letter of a process (proc_pid_stat(5)).</summary>
internal static class ProcessState
{
    /// <summary>The letter; null when there is no such process.</summary>
    public static char? Of(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[text.LastIndexOf(')') + 2];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
