using Marketplace.Grains.Schemas;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Cluster.Tests.Schemas;

/// <summary>With which schema versions a host starts.</summary>
public sealed class SchemaOptionsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ended = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_starts_with_what_the_release_serves_and_with_ends_that_come_late_enough()
    {
        Assert.Null(Failure());
        Assert.Null(Failure(("2024-02", Ended), ("2024-05", new(2027, 12, 1, 0, 0, 0, TimeSpan.Zero)), ("2026-11", null)));
        Assert.Null(Failure(("2024-05", null), ("2026-11", null)));
    }

    [Fact]
    public void An_end_within_twelve_months_after_the_next_version_stops_the_start() =>
        Assert.Equal(
            "Marketplace:Sync:SchemaVersions: 2024-05 is served until 2027-12-01 00:00:00Z at least, twelve months after the "
                + "month of the next version.",
            Failure(("2024-02", null), ("2024-05", new(2027, 11, 30, 0, 0, 0, TimeSpan.Zero)), ("2026-11", null))
        );

    [Fact]
    public void A_version_that_is_left_out_too_early_stops_the_start() =>
        Assert.StartsWith(
            "Marketplace:Sync:SchemaVersions: 2024-05 is served until 2027-12-01",
            Failure(("2024-02", null), ("2026-11", null)),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("2026-11", "2024-05")]
    [InlineData("2024-05", "2024-05")]
    [InlineData("2024-05", "newest")]
    public void Versions_are_months_in_order_each_once(string one, string next) => Assert.NotNull(Failure((one, null), (next, null)));

    [Fact]
    public void The_current_version_has_no_end() =>
        Assert.NotNull(Failure(("2024-02", null), ("2024-05", null), ("2026-11", Noon.AddYears(9))));

    private static string? Failure(params (string Version, DateTimeOffset? RetiresAt)[] versions) =>
        new SchemaOptionsRules(new FakeTimeProvider(Noon))
            .Validate(
                null,
                new SchemaOptions
                {
                    SchemaVersions =
                    [
                        .. versions.Select(one => new SchemaVersionOptions { Version = one.Version, RetiresAt = one.RetiresAt }),
                    ],
                }
            )
            .FailureMessage;
}
