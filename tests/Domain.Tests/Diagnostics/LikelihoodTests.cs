using System.Collections.Immutable;
using Marketplace.Diagnostics;
using Xunit;

namespace Marketplace.Domain.Tests.Diagnostics;

public sealed class LikelihoodTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_stops_everything_is_likelier_than_what_the_errors_were_of()
    {
        Finding[] findings = [Found("scope-missing", FindingForce.StopsSome), Found("installation-paused", FindingForce.StopsAll)];

        Assert.Equal(["installation-paused", "scope-missing"], Order(findings, "scope-missing", "scope-missing"));
    }

    [Fact]
    public void Of_what_stops_equally_much_the_newest_errors_cause_is_first()
    {
        Finding[] findings = [Found("a"), Found("b"), Found("c")];

        Assert.Equal(["b", "c", "a"], Order(findings, "b", "c", "c", "c"));
    }

    [Fact]
    public void Then_what_explains_more_of_the_last_errors()
    {
        Finding[] findings = [Found("a"), Found("b")];

        Assert.Equal(["b", "a"], Order(findings, "x", "a", "b", "b"));
    }

    [Fact]
    public void Errors_of_long_ago_count_for_nothing()
    {
        Finding[] findings = [Found("a"), Found("b")];
        var errors = Enumerable.Repeat("x", Likelihood.Window).Append("b").ToArray();

        Assert.Equal(["a", "b"], Order(findings, errors));
    }

    [Fact]
    public void Without_errors_the_order_of_the_checks_stays() =>
        Assert.Equal(["a", "b", "c"], Order([Found("a"), Found("b"), Found("c")]));

    [Fact]
    public void A_finding_explains_the_codes_it_names()
    {
        Finding[] findings = [Found("a"), Found("b") with { ExplainedCodes = ["x"] }];

        Assert.Equal(["b", "a"], Order(findings, "x"));
    }

    private static string[] Order(Finding[] findings, params string[] errors) =>
        [
            .. Likelihood
                .Order(findings, [.. errors.Select((code, i) => new ErrorEntry((UInt128)i, Now.AddSeconds(-i), "orders.get", code, 403))])
                .Select(finding => finding.Code),
        ];

    private static Finding Found(string code, FindingForce force = FindingForce.StopsSome) =>
        new(
            code,
            force,
            new BilingualText("因", "Cause"),
            ImmutableSortedDictionary<string, string>.Empty,
            new Fix("seller", new BilingualText("修", "Fix"))
        );
}
