using System.Diagnostics;
using System.Threading.Channels;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// One reader of a bounded channel of signals, for as long as the activation lives. Whatever changes the deliveries is a signal, and the
/// next one is handled when the one before is done: so nothing that was read before an await has to be read again after it.
/// </summary>
/// <param name="ended">Called once when the loop ends: with the failure that ended it, or with null when it was told to.</param>
internal sealed class DeliveryLoop(Action<Exception?> ended)
{
    // Waiting at once are the requests in flight, one call and, at a change of versions, some more; beyond that writers wait.
    private const int Capacity = 1_024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<LoopSignal> _signals = Channel.CreateBounded<LoopSignal>(
        new BoundedChannelOptions(Capacity) { SingleReader = true }
    );

    private Task _running = Task.CompletedTask;
    private Task<bool>? _readable;
    private Exception? _cause;
    private bool _isEnded;

    /// <summary>Starts reading; called once, in a turn of the grain, which the loop then shares.</summary>
    public void Start(ILoopWork work) => _running = Read(work);

    /// <summary>Runs work in the loop and returns its result.</summary>
    /// <exception cref="StoreUnavailableException">The loop has ended: the activation restarts from the log.</exception>
    public async Task<T> Post<T>(Func<Task<T>> work)
    {
        var call = new CallSignal<T>(work);
        if (!await TryPost(call))
        {
            throw Restarting();
        }

        return await call.Answer;
    }

    /// <summary>Like <see cref="Post{T}"/>, without a result.</summary>
    public Task Post(Func<Task> work) =>
        Post(async () =>
        {
            await work();
            return true;
        });

    /// <summary>Waits until there is room for a signal; false if the loop has ended.</summary>
    public async ValueTask<bool> TryPost(LoopSignal signal)
    {
        try
        {
            await _signals.Writer.WriteAsync(signal);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Ends the loop after the signal being handled.</summary>
    /// <param name="cause">The failure, after which nothing in memory may be written; null if there is none.</param>
    public void End(Exception? cause)
    {
        // Also a failure after the end: what the loop was handling then may be half written.
        _cause ??= cause;
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        _signals.Writer.Complete();
        ended(cause);
    }

    /// <summary>Runs the part of a signal after whose failure nothing in memory may be written: the loop ends with it.</summary>
    public async Task EndOnFailure(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            End(e);
            throw;
        }
    }

    /// <summary>Ends the loop and returns when it has ended, or after a while.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        End(null);
        await _running
            .WaitAsync(Patience, TimeProvider.System, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!_running.IsCompleted)
        {
            // The next activation starts without this one's outcomes: a row that came later would only make it restart.
            End(new TimeoutException("The deliveries did not end in time."));
        }
    }

    private static StoreUnavailableException Restarting() => new("The deliveries are restarting from the log; repeat the call.");

    private async Task Read(ILoopWork work)
    {
        // The loop outlives the call that activated the grain: its own calls must not carry that call's context and trace.
        RequestContext.Clear();
        Activity.Current = null;
        try
        {
            while (await WaitForSignal(work.NextTurnIn))
            {
                while (!_isEnded && _signals.Reader.TryRead(out var signal))
                {
                    await signal.Handle();
                }

                if (!_isEnded)
                {
                    await work.Turn();
                }
            }

            await Drain();
        }
        catch (Exception e)
        {
            End(e);
        }

        await Drain();
        await work.Leave(_cause);
    }

    /// <summary>After the end: whoever waits is refused; what has happened is recorded, unless a failure ended the loop.</summary>
    private async Task Drain()
    {
        while (_signals.Reader.TryRead(out var signal))
        {
            if (_cause is null && signal.IsReport)
            {
                await signal.Handle();
            }
            else
            {
                signal.Reject(Restarting());
            }
        }
    }

    /// <summary>Returns when there is a signal, or after the time; false once the loop has ended.</summary>
    private async Task<bool> WaitForSignal(TimeSpan atMost)
    {
        if (!_isEnded && atMost != TimeSpan.Zero)
        {
            // Kept over several waits: each call would leave another waiter in the channel until the next signal.
            _readable ??= _signals.Reader.WaitToReadAsync().AsTask();
            await ((Task)_readable)
                .WaitAsync(atMost, TimeProvider.System)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            _readable = _readable.IsCompleted ? null : _readable;
        }

        return !_isEnded;
    }
}

/// <summary>The work of a loop beside its signals.</summary>
internal interface ILoopWork
{
    /// <summary>After how long <see cref="Turn"/> must be called, although no signal came; zero for at once, or infinite.</summary>
    TimeSpan NextTurnIn { get; }

    /// <summary>Does what can be done now, up to the next page or write; called after the signals that came meanwhile.</summary>
    /// <exception cref="Exception">The activation must end.</exception>
    Task Turn();

    /// <summary>The loop has ended: the next activation goes on, so it must be woken if something is left to do.</summary>
    /// <param name="cause">The failure that ended it; null if there was none.</param>
    Task Leave(Exception? cause);
}
