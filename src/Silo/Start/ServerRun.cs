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
        var isStarted = false;
        try
        {
            app = build();
            app.Lifetime.ApplicationStarted.Register(() => ProcessPhase.Current = ProcessPhase.Phase.Running);
            app.Lifetime.ApplicationStopping.Register(() => ProcessPhase.Current = ProcessPhase.Phase.Stopping);
            await app.StartAsync(stop.Token);
            isStarted = true;
            await app.WaitForShutdownAsync(stop.Token);
            await app.DisposeAsync();

            // Not always 0: a component that stopped the host sets its exit code for the service manager.
            return Environment.ExitCode;
        }
        catch (Exception e) when (IsOfStop(e, app, isStarted, stop.Token))
        {
            if (!StartFailures.IsCancellation(e))
            {
                await Console.Error.WriteLineAsync($"Stopped while starting: {Spelling.OneLine(e.Message)}");
            }

            await End(app, ProcessPhase.Phase.Stopping);
            return Environment.ExitCode;
        }
        catch (Exception e)
        {
            var code = await Report(e, isStarted ? "The server failed" : "The start failed");
            await End(app, ProcessPhase.Phase.Failed);
            return code;
        }
    }

    /// <summary>Prints what failed and why.</summary>
    /// <param name="failure">The cause.</param>
    /// <param name="what">The beginning of the line: what failed.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Report(Exception failure, string what)
    {
        if (StartFailures.Explain(failure) is { } known)
        {
            ProcessPhase.Current = ProcessPhase.Phase.Failed;
            await Console.Error.WriteLineAsync($"{what}: {known.Line}");
            return known.ExitCode;
        }

        // A bug: print the stack for the report.
        ProcessPhase.Current = ProcessPhase.Phase.Failed;
        await Console.Error.WriteLineAsync($"{what} unexpectedly: {failure}");
        return StartRefusedException.Failed;
    }

    /// <summary>
    /// Whether it is a consequence of the stop. A start that a signal interrupts may fail anywhere and with anything: it is not a failed
    /// start, and a service manager must not take it for one.
    /// </summary>
    private static bool IsOfStop(Exception e, WebApplication? app, bool isStarted, CancellationToken signal)
    {
        var isStopping = signal.IsCancellationRequested || app?.Lifetime.ApplicationStopping.IsCancellationRequested == true;
        return (isStopping && StartFailures.IsCancellation(e)) || (signal.IsCancellationRequested && !isStarted);
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
