namespace Marketplace.Grains.Deliveries;

/// <summary>
/// When one installation's deliveries are looked after: one run at a time, beside the calls and in the grain's own turns, and after it a
/// timer for what is due next. Whoever comes during a run makes it look once more.
/// </summary>
/// <param name="grain">Whose runs these are.</param>
/// <param name="pump">Sends.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryRuns(DeliveryGrain grain, DeliveryPump pump, TimeProvider time)
{
    // Beyond it the look comes from what stands in the delivery log.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMinutes(10);

    private IGrainTimer? _timer;

    /// <summary>The run under way; completed if there is none.</summary>
    public Task Current { get; private set; } = Task.CompletedTask;

    /// <summary>Looks at once, or once more.</summary>
    public void Start()
    {
        if (Current.IsCompleted)
        {
            Current = Run();
        }
        else
        {
            pump.Signal();
        }
    }

    /// <summary>Where to send, or what, has changed.</summary>
    public void Reconsider()
    {
        if (!Current.IsCompleted)
        {
            pump.Reconsider();
        }
    }

    /// <summary>Ends requests under way; nothing is sent any more.</summary>
    public void End() => pump.End();

    /// <summary>Ends, and returns when the run under way has noticed, or after a while.</summary>
    public async Task Leave(CancellationToken cancellationToken)
    {
        pump.End();
        await Current
            .WaitAsync(TimeSpan.FromSeconds(10), cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task Run()
    {
        // A grain that only sends is not called by anybody, and must not be collected for it.
        grain.KeepAlive(TimeSpan.FromMinutes(30));
        try
        {
            await grain.Guarded(async () =>
            {
                do
                {
                    await RunOnce();
                    await grain.Tell();
                } while (pump.IsSignalled);
            });
        }
        catch (Exception)
        {
            // Told in the log; the activation is ending, and whoever looks next begins anew.
            return;
        }

        // Nothing is awaited from the last look at the signal on: whoever comes later begins a run of its own.
        Arm();
    }

    private async Task RunOnce()
    {
        await grain.Prepare();
        await pump.Run();
        if (!pump.IsEnded)
        {
            await grain.ScheduleNextWakeUp();
        }
    }

    private void Arm()
    {
        _timer?.Dispose();
        _timer = null;
        if (grain.NextDue() is { } due && due - time.GetUtcNow() is var wait && wait < LongestTimer)
        {
            _timer = grain.RegisterGrainTimer(OnTimer, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private Task OnTimer()
    {
        Start();
        return Task.CompletedTask;
    }
}
