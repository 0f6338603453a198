using Xunit;

namespace Marketplace.Domain.Tests;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-23T10:15:00Z", "2026-11-23T10:15:00.0000000Z")]
    [InlineData("2026-11-23t10:15:00z", "2026-11-23T10:15:00.0000000Z")]
    [InlineData("2026-11-23T10:15:00+08:00", "2026-11-23T02:15:00.0000000Z")]
    [InlineData("2026-11-23T10:15:00-00:00", "2026-11-23T10:15:00.0000000Z")]
    [InlineData("2026-11-23T10:15:00+23:59", "2026-11-22T10:16:00.0000000Z")]
    [InlineData("2026-11-23T10:15:00.5Z", "2026-11-23T10:15:00.5000000Z")]
    [InlineData("2026-11-23T10:15:00.123456789012345678Z", "2026-11-23T10:15:00.1234567Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000Z")]
    [InlineData("2016-12-31T15:59:60.25-08:00", "2017-01-01T00:00:00.2500000Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000Z")]
    public void It_is_read_to_the_instant_it_means(string text, string utc)
    {
        Assert.True(Rfc3339.TryParse(text, out var at));
        Assert.Equal(utc, at.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("2026-11-23T10:15:00")]
    [InlineData("2026-11-23 10:15:00Z")]
    [InlineData("2026-11-23T10:15:00+0800")]
    [InlineData("2026-11-23T10:15:00+08")]
    [InlineData("2026-11-23T10:15:00 +08:00")]
    [InlineData("2026-11-23T10:15:00.Z")]
    [InlineData("2026-11-23T10:15Z")]
    [InlineData("2026-11-23T24:00:00Z")]
    [InlineData("2026-11-23T10:15:60Z")]
    [InlineData("2016-12-31T23:59:60+08:00")]
    [InlineData("2026-11-23T10:15:61Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+08:00")]
    [InlineData("9999-12-31T23:59:59-08:00")]
    [InlineData("2026-11-23T10:15:00+24:00")]
    [InlineData("٢٠٢٦-11-23T10:15:00Z")]
    [InlineData(" 2026-11-23T10:15:00Z")]
    [InlineData("2026-11-23")]
    [InlineData("1763892900")]
    [InlineData("")]
    public void What_names_no_instant_is_refused(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
