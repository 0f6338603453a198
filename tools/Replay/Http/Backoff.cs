namespace Marketplace.Replay.Http;

/// <summary>Waits longer after each failure, and gives up when the server has been unavailable for longer than the patience.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan patience)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly long _since = time.GetTimestamp();
    private TimeSpan _next = TimeSpan.FromMilliseconds(100);

    /// <summary>False when there is no patience left.</summary>
    public async Task<bool> Wait(TimeSpan? asked, CancellationToken cancellationToken)
    {
        var pause = asked > _next ? asked.Value : _next;
        if (time.GetElapsedTime(_since) + pause > patience)
        {
            return false;
        }

        await Task.Delay(pause, time, cancellationToken);
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return true;
    }

    /// <summary>True for a connection that broke or timed out, false for a cancellation by the caller.</summary>
    public static bool IsConnectionLoss(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested);
}
