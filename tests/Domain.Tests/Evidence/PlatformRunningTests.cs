using Marketplace.Evidence;
using Xunit;

namespace Marketplace.Domain.Tests.Evidence;

/// <summary>When the platform did not run, by when it was seen running.</summary>
public sealed class PlatformRunningTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 6, 5, 0, TimeSpan.Zero);

    [Fact]
    public void A_first_sight_is_no_outage() => Assert.Equal(new PlatformRunning(Start, []), PlatformRunning.Unknown.Seen(Start));

    [Fact]
    public void What_is_seen_again_soon_is_not_written_again()
    {
        var seen = PlatformRunning.Unknown.Seen(Start);

        Assert.Same(seen, seen.Seen(Start + PlatformRunning.Period - TimeSpan.FromTicks(1)));
        Assert.Same(seen, seen.Seen(Start.AddMinutes(-1)));
        Assert.Equal(Start + PlatformRunning.Period, seen.Seen(Start + PlatformRunning.Period).LastSeen);
    }

    [Fact]
    public void A_long_gap_is_an_outage_and_a_short_one_is_none()
    {
        var seen = PlatformRunning.Unknown.Seen(Start);
        var back = Start + PlatformRunning.LongestGap;

        Assert.Empty(seen.Seen(back).Outages);
        var outage = Assert.Single(seen.Seen(back.AddTicks(1)).Outages);
        Assert.Equal(new EvidenceOutage(Start, back.AddTicks(1)), outage);
    }

    [Fact]
    public void Outages_are_asked_for_by_when_they_ended_and_the_oldest_are_forgotten()
    {
        var (seen, at) = (PlatformRunning.Unknown.Seen(Start), Start);
        for (var i = 0; i <= PlatformRunning.MaxOutages; i++)
        {
            at += TimeSpan.FromHours(1);
            seen = seen.Seen(at);
        }

        Assert.Equal(PlatformRunning.MaxOutages, seen.Outages.Length);
        Assert.Equal(Start.AddHours(1), seen.Outages[0].From);
        Assert.Equal([at], seen.Since(at.AddHours(-1)).Select(outage => outage.To));
    }
}
