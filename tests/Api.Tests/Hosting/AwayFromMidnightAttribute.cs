using System.Reflection;
using Xunit.v3;

[assembly: Marketplace.Api.Tests.Hosting.AwayFromMidnight]

namespace Marketplace.Api.Tests.Hosting;

/// <summary>
/// Before a test that could see a day of business end, waits until it has ended: counters, quotas, bills and months begin anew there, and
/// what a test counts would lie on both sides. Days end at midnight in Shanghai; everything else runs at whatever hour it is.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class AwayFromMidnightAttribute : BeforeAfterTestAttribute
{
    /// <summary>As long as a test may take that counts within a day.</summary>
    private static readonly TimeSpan LongestTest = TimeSpan.FromSeconds(90);

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var calendar = MarketCalendar.Shanghai;
        var today = calendar.DayOf(Now);
        var midnight = calendar.StartOf(today.AddDays(1));
        while (Now is var now && now < midnight && midnight - now < LongestTest)
        {
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(midnight - now);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
