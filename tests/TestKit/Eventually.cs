using System.Diagnostics;

namespace Marketplace.TestKit;

/// <summary>
/// Waits for what happens beside a test. The limit is long because only a test that fails reaches it: a machine that is slow is not a
/// fault.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="condition">Is asked again and again.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <exception cref="TimeoutException">It did not come within a minute.</exception>
    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);

    /// <param name="condition">Is asked again and again.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <exception cref="TimeoutException">It did not come within a minute.</exception>
    public static Task Holds(Func<Task<bool>> condition, string what) => Get(condition, static holds => holds, what);

    /// <summary>The first value that is as it should be.</summary>
    /// <param name="read">Is read again and again.</param>
    /// <param name="isReady">Whether the value is the one that is waited for.</param>
    /// <param name="what">What is waited for, for the message.</param>
    /// <exception cref="TimeoutException">It did not come within a minute; the message has the last value.</exception>
    public static async Task<T> Get<T>(Func<Task<T>> read, Func<T, bool> isReady, string what)
    {
        for (var began = Stopwatch.GetTimestamp(); ; )
        {
            // A read that hangs would hang the test.
            var value = await read().WaitAsync(Limit);
            if (isReady(value))
            {
                return value;
            }

            if (Stopwatch.GetElapsedTime(began) > Limit)
            {
                throw new TimeoutException($"Waited {Limit.TotalSeconds} s in vain for this: {what}. The last value was {value}.");
            }

            await Task.Delay(Pause);
        }
    }
}
