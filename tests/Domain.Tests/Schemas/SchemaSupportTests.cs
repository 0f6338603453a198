using Marketplace.Schemas;
using Xunit;

namespace Marketplace.Domain.Tests.Schemas;

/// <summary>An older version is served for at least twelve months after the next one came (R64).</summary>
public sealed class SchemaSupportTests
{
    private static readonly string[] Published = ["2024-02", "2024-05", "2026-11"];

    private static readonly DateTimeOffset First = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Second = new(2027, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_month_of_the_next_version_counts_as_a_whole() =>
        Assert.Equal((First, Second), (SchemaSupport.ServedUntil("2024-05"), SchemaSupport.ServedUntil("2026-11")));

    [Fact]
    public void A_version_that_is_taken_away_was_served_for_twelve_months_after_the_next_one()
    {
        SchemaVersions rest = new([new("2024-05", null), new("2026-11", null)]);

        Assert.Equal([("2024-02", First)], SchemaSupport.EndedTooEarly(rest, Published, First.AddTicks(-1)));
        Assert.Empty(SchemaSupport.EndedTooEarly(rest, Published, First));
        Assert.Equal([("2024-05", Second)], SchemaSupport.EndedTooEarly(new([new("2026-11", null)]), Published, Second.AddTicks(-1)));
    }

    [Fact]
    public void An_end_that_is_set_is_not_before_that_however_far_off_it_is()
    {
        Assert.Equal([("2024-05", Second)], Ended(Second.AddTicks(-1)));
        Assert.Empty(Ended(Second));
        Assert.Empty(Ended(null));

        static IEnumerable<(string, DateTimeOffset)> Ended(DateTimeOffset? end) =>
            SchemaSupport.EndedTooEarly(new([new("2024-02", First), new("2024-05", end), new("2026-11", null)]), Published, First);
    }

    [Fact]
    public void A_version_that_only_a_host_names_has_its_time_too_and_the_newest_may_still_be_left_out()
    {
        SchemaVersions own = new([new("2024-02", null), new("2024-05", null), new("2024-08", First), new("2025-01", null)]);

        Assert.Equal(
            [("2024-08", new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero))],
            SchemaSupport.EndedTooEarly(own, Published, First)
        );
    }

    [Fact]
    public void A_version_is_an_older_one_from_the_month_of_the_next_one_on()
    {
        SchemaVersions versions = new([new("2024-02", null), new("2024-05", null), new("2026-11", null)]);

        Assert.Equal(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero), versions.DeprecatedAt("2024-02"));
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), versions.DeprecatedAt("2024-05"));
        Assert.Null(versions.DeprecatedAt("2026-11"));
        Assert.Null(versions.DeprecatedAt("2023-01"));
    }
}
