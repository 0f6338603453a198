using System.Diagnostics;

namespace Marketplace.Storage.Stores;

internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task Is(Func<bool> condition, CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); !condition();)
        {
            if (Stopwatch.GetElapsedTime(began) > Limit)
            {
                throw new TimeoutException("The awaited condition did not come.");
            }

            await Task.Delay(20, cancellationToken);
        }
    }
}
