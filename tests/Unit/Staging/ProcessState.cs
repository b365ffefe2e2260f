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

    /// <summary>True when a thread of the process waits in the kernel for what cannot be interrupted (state D), as a file system's answer.</summary>
    public static bool Waits(int pid)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{pid}/task").Any(task => File.ReadAllText($"{task}/stat") is string stat && stat[stat.LastIndexOf(')') + 2] == 'D');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
