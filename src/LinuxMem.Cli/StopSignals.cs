using System.Runtime.InteropServices;

namespace LinuxMem.Cli;

/// <summary>
/// Handles SIGINT, SIGTERM and SIGHUP: the first one cancels the scan, a second one ends the command at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private bool isDisposed;

    public StopSignals()
    {
        try
        {
            registrations =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, Cli.ExitCode.Interrupted)),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, Cli.ExitCode.Terminated)),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, Cli.ExitCode.HungUp)),
            ];
        }
        catch (Exception e) when (e is TypeInitializationException or IOException or OutOfMemoryException)
        {
            // No thread for signal handling can be started (a limit on processes): the first signal then ends the
            // command at once.
            registrations = [];
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code after a signal; null when there was none.</summary>
    public int? ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }

        lock (gate)
        {
            isDisposed = true;
            source.Dispose();
        }
    }

    /// <summary>Runs on a thread of the runtime, even while the command exits: it must not throw.</summary>
    private void Stop(PosixSignalContext context, int code)
    {
        lock (gate)
        {
            if (ExitCode is null && !isDisposed)
            {
                context.Cancel = true;
                ExitCode = code;
                source.Cancel();
            }
        }
    }
}
