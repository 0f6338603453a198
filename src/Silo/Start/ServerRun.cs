using System.Runtime.InteropServices;

namespace Marketplace.Silo.Start;

/// <summary>Runs the built server to its end and answers the exit code.</summary>
internal static class ServerRun
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>Builds and runs; whatever stops the start is one line on the error output.</summary>
    public static async Task<int> Run(Func<WebApplication> build)
    {
        ProcessPhase.Current = ProcessPhase.Phase.Starting;
        using var stop = new CancellationTokenSource();

        // From the first moment: a service manager may change its mind before the host listens to signals.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        WebApplication? app = null;
        try
        {
            app = build();
            app.Lifetime.ApplicationStarted.Register(() => ProcessPhase.Current = ProcessPhase.Phase.Running);
            app.Lifetime.ApplicationStopping.Register(() => ProcessPhase.Current = ProcessPhase.Phase.Stopping);
            await app.StartAsync(stop.Token);
            await app.WaitForShutdownAsync(stop.Token);
            await app.DisposeAsync();

            // Not always 0: what could not go on and stopped the host says so here, for the service manager.
            return Environment.ExitCode;
        }
        catch (OperationCanceledException)
            when (stop.IsCancellationRequested || app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
        {
            await End(app, ProcessPhase.Phase.Stopping);
            return Environment.ExitCode;
        }
        catch (Exception e)
        {
            var code = await Report(e);
            await End(app, ProcessPhase.Phase.Failed);
            return code;
        }
    }

    /// <summary>Writes why the start failed.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Report(Exception failure)
    {
        if (StartFailures.Explain(failure) is { } known)
        {
            ProcessPhase.Current = ProcessPhase.Phase.Failed;
            await Console.Error.WriteLineAsync($"The start failed: {known.Line}");
            return known.ExitCode;
        }

        // A bug: whoever reports it needs the stack.
        ProcessPhase.Current = ProcessPhase.Phase.Failed;
        await Console.Error.WriteLineAsync($"The start failed unexpectedly: {failure}");
        return StartRefusedException.Failed;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        ProcessPhase.Current = ProcessPhase.Phase.Stopping;
        stop.Cancel();
    }

    /// <summary>Lets go of what the half-started server holds; what cannot be let go of ends with the process.</summary>
    private static async Task End(WebApplication? app, ProcessPhase.Phase phase)
    {
        ProcessPhase.Current = phase;
        if (app is null)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(EndLimit);
            await app.StopAsync(limit.Token);
            await app.DisposeAsync().AsTask().WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The cause has been told, or nobody waits for this server any more.
        }
    }
}
