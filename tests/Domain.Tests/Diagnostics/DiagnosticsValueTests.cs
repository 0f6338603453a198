using Marketplace.Diagnostics;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Schemas;
using Xunit;

namespace Marketplace.Domain.Tests.Diagnostics;

public sealed class DiagnosticsValueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_tally_counts_the_whole_minutes_of_the_last_hour_and_forgets_what_is_older()
    {
        var now = DateTimeOffset.UnixEpoch.AddHours(9);
        var tally = new ErrorTally([]);
        foreach (var minutes in Enumerable.Range(0, 90).Reverse())
        {
            tally.Add(
                Error(minutes) with
                {
                    At = now.AddMinutes(-minutes),
                    Code = minutes % 2 == 0 ? "even" : "odd",
                },
                now.AddMinutes(-minutes)
            );
        }

        var read = new ErrorTally(tally.Minutes());

        Assert.Equal([("even", 30L), ("odd", 30L)], read.Since(now.AddHours(-1)).Select(code => (code.Key, code.Value)));
        Assert.Equal(61, read.Minutes().Count());
    }

    [Fact]
    public void An_error_of_a_clock_that_is_ahead_counts_as_of_now_and_takes_no_other_away()
    {
        var now = DateTimeOffset.UnixEpoch.AddHours(9);
        var tally = new ErrorTally([]);
        tally.Add(Error(1) with { At = now.AddMinutes(-30) }, now);
        tally.Add(Error(2) with { At = now.AddHours(5) }, now);

        Assert.Equal(2, Assert.Single(tally.Since(now.AddHours(-1))).Value);
        Assert.Empty(tally.Since(now.AddHours(3)));

        // A clock that has stepped back since does not see what it then takes for the future.
        Assert.Empty(tally.Since(now.AddHours(-4)));
    }

    [Fact]
    public void The_error_book_keeps_the_last_500_and_each_call_once()
    {
        var book = new ErrorHistory(Enumerable.Range(1, ErrorHistory.Capacity).Select(i => Error(i)));

        Assert.False(book.Add(Error(ErrorHistory.Capacity) with { Code = "other" }));
        Assert.True(book.Add(Error(ErrorHistory.Capacity + 1)));

        Assert.Equal(ErrorHistory.Capacity, book.Count);
        Assert.Null(book.Find(1));
        Assert.Equal("x", book.Find((UInt128)ErrorHistory.Capacity)?.Code);
        Assert.Equal([(UInt128)501, 500, 499], book.Newest(3).Select(error => error.CallId));
    }

    [Fact]
    public void What_the_log_has_of_a_call_wins_over_what_the_counter_remembers()
    {
        var merged = ErrorEntry.Merge(
            [Error(1) with { Order = "order-1" }],
            [
                new CallError(1, Noon, OperationName.Parse("o"), "x", 403),
                new CallError(2, Noon.AddSeconds(1), OperationName.Parse("o"), "y", 403),
            ]
        );

        Assert.Equal([(UInt128)2, 1], merged.Select(error => error.CallId));
        Assert.Equal("order-1", merged[1].Order);
    }

    [Fact]
    public void The_forecast_goes_on_at_the_rate_of_the_last_quarter_of_an_hour()
    {
        var calls = new RecentCalls(Noon);
        for (var minute = 0; minute < 20; minute++)
        {
            for (var i = 0; i < 4; i++)
            {
                calls.Record(Noon.AddMinutes(minute));
            }
        }

        var rate = calls.Rate(Noon.AddMinutes(19.5));

        Assert.Equal(new CallRate(60, TimeSpan.FromMinutes(15)), rate);
        Assert.Equal(Noon.AddMinutes(25), rate.ExhaustsAt(100, Noon));
    }

    [Fact]
    public void A_quiet_quarter_of_an_hour_forecasts_nothing()
    {
        var calls = new RecentCalls(Noon);
        for (var i = 0; i < 100; i++)
        {
            calls.Record(Noon);
        }

        Assert.NotNull(calls.Rate(Noon.AddMinutes(14)).ExhaustsAt(10, Noon));
        Assert.Null(calls.Rate(Noon.AddMinutes(15)).ExhaustsAt(10, Noon));
        Assert.Null(new CallRate(CallRate.MinCalls - 1, TimeSpan.FromMinutes(1)).ExhaustsAt(10, Noon));
    }

    [Fact]
    public void A_clock_that_steps_back_loses_no_call()
    {
        var calls = new RecentCalls(Noon);
        calls.Record(Noon.AddMinutes(3));
        calls.Record(Noon);

        Assert.Equal(2, calls.Rate(Noon.AddMinutes(3)).Calls);
    }

    [Fact]
    public void Schema_versions_are_current_behind_or_retired()
    {
        var versions = new SchemaVersions([
            new("2026-01", Noon),
            new("2026-06", Noon.AddSeconds(1)),
            new("2026-08", null),
            new("2026-11", null),
        ]);

        Assert.Equal(
            [
                SchemaStatus.Retired,
                SchemaStatus.Behind,
                SchemaStatus.Current,
                SchemaStatus.Current,
                SchemaStatus.Current,
                SchemaStatus.Retired,
            ],
            new[] { "2026-01", "2026-06", "2026-08", "2026-11", null, "1999-01" }.Select(pinned => versions.Judge(pinned, Noon))
        );
    }

    [Fact]
    public void An_outcome_that_is_told_anew_counts_once()
    {
        var first = new OutcomeReported("d", Noon, ["a"], true, "a", true);
        var figures = OutcomeFigures.None.With(first, Noon.AddMinutes(1), null);
        var changed = figures.With(
            first with
            {
                Located = false,
                Cause = null,
                Fixed = false,
            },
            Noon.AddMinutes(9),
            (first, Noon.AddMinutes(1))
        );

        Assert.Equal(
            (1L, 1L, 1L, 1L, 60.0),
            (figures.WithOutcome, figures.Located, figures.Fixed, figures.WithinFiveMinutes, figures.MedianSecondsToLocate)
        );
        Assert.Equal((1L, 0L, 0L, 0L), (changed.WithOutcome, changed.Located, changed.Fixed, changed.WithinFiveMinutes));
        Assert.Equal((0.0, null), (changed.ShareLocated, changed.MedianSecondsToLocate));
        Assert.Empty(changed.Causes);
    }

    [Fact]
    public void Shares_and_medians_are_of_all_installations_together()
    {
        var one = OutcomeFigures.None.With(new OutcomeReported("a", Noon, ["x"], true, "x", null), Noon.AddMinutes(2), null);
        var two = OutcomeFigures.None.With(new OutcomeReported("b", Noon, ["x"], true, "x", null), Noon.AddMinutes(6), null);
        var three = OutcomeFigures.None.With(new OutcomeReported("c", Noon, [], false, null, null), Noon.AddMinutes(1), null);

        var sum = one.Plus(two).Plus(three);

        Assert.Equal(
            (2d / 3, 240.0, 1L, 2L),
            (sum.ShareLocated!.Value, sum.MedianSecondsToLocate!.Value, sum.WithinFiveMinutes, sum.Causes["x"])
        );
    }

    [Fact]
    public void Incidents_are_opened_resolved_and_forgotten_in_the_end()
    {
        var book = IncidentHistory.Empty;
        for (var i = 0; i < IncidentHistory.MaxResolved + 5; i++)
        {
            book = Apply(Apply(book, Open($"{i}")), new IncidentCommand.Resolve($"{i}"));
        }

        Assert.InRange(book.Incidents.Length, IncidentHistory.MaxResolved, IncidentHistory.MaxResolved + 2);
        Assert.Empty(IncidentHistory.Decide(book, new IncidentCommand.Resolve("204")).Value);
        Assert.Equal(DiagnosticsRefusals.IncidentNotFound, IncidentHistory.Decide(book, new IncidentCommand.Resolve("0")).Refusal?.Code);
    }

    [Fact]
    public void Not_more_incidents_are_open_than_can_be_read()
    {
        var book = Enumerable.Range(0, IncidentHistory.MaxOpen).Aggregate(IncidentHistory.Empty, (book, i) => Apply(book, Open($"{i}")));

        Assert.Equal(DiagnosticsRefusals.IncidentLimit, IncidentHistory.Decide(book, Open("more")).Refusal?.Code);
        Assert.Equal(IncidentHistory.MaxOpen, book.Open.Length);
    }

    [Fact]
    public void Facts_come_back_as_they_were_written()
    {
        var opened = IncidentHistory.EventOf(Open("1"));
        var told = new OutcomeReported("d", Noon, ["a", "b"], true, "a", null);

        Assert.Equal(opened.Encode().ToArray(), IncidentEvent.Decode(opened.Type, opened.Encode()).Encode().ToArray());
        Assert.Equal(told.Encode().ToArray(), OutcomeReported.Decode(told.Encode()).Encode().ToArray());
        Assert.Throws<FormatException>(() => IncidentEvent.Decode("other", opened.Encode()));
    }

    private static IncidentHistory Apply(IncidentHistory book, IncidentCommand command) =>
        book.Evolve(IncidentHistory.Decide(book, command).Value.Single(), Noon, ActorId.Parse("operator"));

    private static IncidentCommand.Open Open(string id) =>
        new(id, new BilingualText("故障", "Incident"), new IncidentReach(["orders.get"], ["orders.read"], [], []));

    private static ErrorEntry Error(int id) => new((UInt128)id, Noon.AddMilliseconds(id), "orders.get", "x", 403);
}
