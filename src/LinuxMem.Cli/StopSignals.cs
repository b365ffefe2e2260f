using System.Runtime.InteropServices;

namespace LinuxMem.Cli;

/// <summary>Ctrl+C, <c>kill</c>, and the end of the session: the first one asks the scan to stop, a second one ends the command at once.</summary>
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
            // The system gives no thread for them (a limit on processes): the first signal ends the command at once.
            registrations = [];
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>What to end with after a signal; null without one.</summary>
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

    /// <summary>Called on a thread of the runtime, also while the command ends: nothing may be thrown there.</summary>
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
