using System.Runtime.InteropServices;

namespace Marketplace.Silo.Start;

/// <summary>Runs the server to its end and returns the exit code.</summary>
internal static class ServerRun
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>Builds and runs the server; prints a failed start as one line on standard error.</summary>
    public static async Task<int> Run(Func<WebApplication> build)
    {
        ProcessPhase.Current = ProcessPhase.Phase.Starting;
        using var stop = new CancellationTokenSource();

        // Registered first: a service manager may stop the process before the host handles signals.
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

            // Not always 0: a component that stopped the host sets its exit code for the service manager.
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

    /// <summary>Prints why the start failed.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Report(Exception failure)
    {
        if (StartFailures.Explain(failure) is { } known)
        {
            ProcessPhase.Current = ProcessPhase.Phase.Failed;
            await Console.Error.WriteLineAsync($"The start failed: {known.Line}");
            return known.ExitCode;
        }

        // A bug: print the stack for the report.
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

    /// <summary>Disposes the half-started server within a limit; the process end releases the rest.</summary>
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
            // The cause was already printed, or the process is ending anyway.
        }
    }
}
