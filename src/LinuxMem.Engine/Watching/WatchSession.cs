using LinuxMem.Engine.Native;
using LinuxMem.Engine.Threads;

namespace LinuxMem.Engine.Watching;

/// <summary>
/// Watches a machine on a terminal until a key or a signal ends it. The caller's thread looks at the machine, since filters may be scripts of the
/// host; another draws and takes keys meanwhile, however long a look takes. The terminal is left as it was, whatever ends it.
/// </summary>
public sealed class WatchSession
{
    /// <summary>How long to wait for a key before looking for other news, such as another size of the terminal.</summary>
    private const int KeyMilliseconds = 50;

    private readonly TimeSpan interval;
    private readonly Func<WatchRequest?, CancellationToken, WatchLook> look;
    private readonly Stream output;
    private readonly WatchModel model;
    private readonly Lock gate = new();
    private readonly AutoResetEvent news = new(initialState: false);
    private WatchLook? latest;

    /// <summary>Prepares a session.</summary>
    /// <param name="interval">The time from the beginning of one look to that of the next; looks that take longer skip some.</param>
    /// <param name="top">The most lines of the table; null for what has room.</param>
    /// <param name="look">Looks at the machine, and into a group; it must end when its token is cancelled.</param>
    /// <param name="output">Standard output, which is the terminal.</param>
    public WatchSession(TimeSpan interval, int? top, Func<WatchRequest?, CancellationToken, WatchLook> look, Stream output)
    {
        this.interval = interval;
        this.look = look;
        this.output = output;
        model = new WatchModel(interval, top);
    }

    /// <summary>True where standard output is a terminal that can be drawn on.</summary>
    public static bool CanDraw => TerminalSize.Output() is not null;

    /// <summary>Watches until it is ended.</summary>
    /// <param name="stopped">Ends it.</param>
    /// <exception cref="LinuxMemException">A look failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopped"/> was cancelled.</exception>
    /// <exception cref="IOException">The terminal is gone.</exception>
    public void Run(CancellationToken stopped)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        WorkThread<bool> screen = WorkThread<bool>.TryStart("LinuxMem screen", () => Show(end))
            ?? throw new LinuxMemException(LinuxMemError.SystemError, "No thread can be started to draw the screen with. Raise the limit on processes (ulimit -u, pids.max).", null);
        try
        {
            Look(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !stopped.IsCancellationRequested)
        {
            // By a key, or because the screen has failed, which its result tells.
        }
        finally
        {
            end.Cancel();

            // It has the terminal to restore; one that takes nothing any more is left behind.
            if (!screen.Wait(TimeSpan.FromSeconds(2)))
            {
                screen.Abandon(_ => { });
            }
        }

        _ = screen.Wait(TimeSpan.Zero) && screen.Result();
        stopped.ThrowIfCancellationRequested();
        news.Dispose();
    }

    private void Look(CancellationToken end)
    {
        var beat = new Beat(interval);
        while (true)
        {
            WatchRequest? request;
            lock (gate)
            {
                request = model.Request;
            }

            WatchLook next = look(request, end);
            Volatile.Write(ref latest, next);

            // The next beat, or another group to look into.
            while (true)
            {
                bool isPaused;
                lock (gate)
                {
                    if (model.Request != request)
                    {
                        break;
                    }

                    isPaused = model.IsPaused;
                }

                int which = WaitHandle.WaitAny([end.WaitHandle, news], isPaused ? Timeout.InfiniteTimeSpan : beat.Left);
                end.ThrowIfCancellationRequested();
                if (which == WaitHandle.WaitTimeout)
                {
                    beat.Take();
                    break;
                }
            }
        }
    }

    /// <summary>Draws and takes keys.</summary>
    private bool Show(CancellationTokenSource end)
    {
        using Termios? keyboard = Termios.Begin();
        var writer = new ScreenWriter(output);
        try
        {
            writer.Begin();
            var keys = new byte[64];
            WatchLook? shown = null;
            (int Columns, int Rows) size = (80, 24);
            while (!end.IsCancellationRequested)
            {
                size = TerminalSize.Output() ?? size;
                ScreenLine[] lines;
                lock (gate)
                {
                    if (Volatile.Read(ref latest) is WatchLook next && next != shown)
                    {
                        shown = next;
                        model.Take(next);
                    }

                    lines = model.Draw(size.Columns, size.Rows);
                }

                writer.Draw(lines, size);
                if (keyboard is null)
                {
                    _ = end.Token.WaitHandle.WaitOne(KeyMilliseconds);
                    continue;
                }

                int read = Termios.Read(keys, KeyMilliseconds);
                if (read < 0 || (read > 0 && Press(keys[..read])))
                {
                    end.Cancel();
                }
            }

            return true;
        }
        finally
        {
            end.Cancel();
            writer.End();
        }
    }

    /// <summary>True when it is to end.</summary>
    private bool Press(byte[] keys)
    {
        lock (gate)
        {
            foreach (WatchKey key in WatchKeys.In(keys))
            {
                model.Press(key);
            }

            news.Set();
            return model.IsEnded;
        }
    }
}
