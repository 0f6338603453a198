using Xunit;

namespace Marketplace.Process.Tests.Kit;

/// <summary>Days of business end at midnight in Shanghai, where daily counters begin anew.</summary>
internal static class BusinessDay
{
    private static readonly TimeSpan ShanghaiOffset = TimeSpan.FromHours(8);

    /// <summary>As long as a test may take that compares a day's count before and after.</summary>
    private static readonly TimeSpan LongestTest = TimeSpan.FromMinutes(3);

    /// <summary>Waits for the day to end if it would end within such a test.</summary>
    public static async Task WaitIfItEndsSoon()
    {
        while (TimeLeft() is var left && left < LongestTest)
        {
            await Task.Delay(left, TestContext.Current.CancellationToken);
        }
    }

    private static TimeSpan TimeLeft() => TimeSpan.FromDays(1) - TimeProvider.System.GetUtcNow().ToOffset(ShanghaiOffset).TimeOfDay;
}
