namespace Marketplace.Replay.Tests;

public sealed class ReplayTests
{
    private static readonly string[] Small = ["--generate", "300", "--sellers", "all"];

    [Fact]
    public async Task A_faithful_server_passes_and_a_second_run_is_all_duplicates()
    {
        await using var server = await TestServer.Start();

        var (exit, first, output) = await Runs.Run(server, Small);
        Assert.True(exit == 0, output);
        Assert.Equal(first.Number("events", "sent"), first.Number("events", "accepted"));
        Assert.Equal(300, first.Number("orders", "expected"));
        Assert.Equal(300, first.Number("orders", "checked"));

        var (again, second, _) = await Runs.Run(server, Small);
        Assert.Equal(0, again);
        Assert.Equal(first.Number("events", "sent"), second.Number("events", "duplicates"));
        Assert.Equal(0, second.Number("events", "accepted"));
        Assert.Contains(second.GetProperty("calls").EnumerateArray(), call => call.GetProperty("outcome").GetString() == "200 replayed");
    }

    [Fact]
    public async Task A_lost_order_is_missing()
    {
        await using var server = await TestServer.Start(new Faults { LosesOrder = "G00000003" });

        var (exit, report, _) = await Runs.Run(server, Small);

        Assert.Equal(1, exit);
        Assert.Equal(report.GetProperty("sellers").GetInt64(), report.Number("orders", "missing"));
        Assert.Equal(0, report.Number("orders", "different"));
    }

    [Fact]
    public async Task An_altered_order_is_different()
    {
        await using var server = await TestServer.Start(new Faults { AltersOrder = "G00000003" });

        var (exit, report, output) = await Runs.Run(server, Small);

        Assert.Equal(1, exit);
        Assert.Equal(report.GetProperty("sellers").GetInt64(), report.Number("orders", "different"));
        Assert.Contains("differs in items", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_buyers_city_in_any_text_is_a_leak()
    {
        await using var server = await TestServer.Start(new Faults { LeaksInText = true });

        var (exit, report, output) = await Runs.Run(server, Small);

        Assert.Equal(1, exit);
        Assert.True(report.Number("orders", "leaks") >= 300);
        Assert.DoesNotContain("Port Example", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_too_many_on_the_bill_is_noticed()
    {
        await using var server = await TestServer.Start(new Faults { OverchargesACall = true });

        var (exit, report, _) = await Runs.Run(server, Small);

        Assert.Equal(1, exit);
        Assert.False(report.GetProperty("bill").GetProperty("equal").GetBoolean());
    }

    [Fact]
    public async Task Rejected_events_fail_the_run_and_are_told_by_code()
    {
        await using var server = await TestServer.Start(new Faults { RejectsProducts = true });

        var (exit, report, _) = await Runs.Run(server, Small);

        Assert.Equal(1, exit);
        Assert.Equal(
            report.Number("events", "rejected"),
            report.GetProperty("events").GetProperty("rejected_by_code").GetProperty("invalid-event").GetInt64()
        );
    }

    [Fact]
    public async Task Outages_bursts_and_dead_tokens_are_waited_out()
    {
        await using var server = await TestServer.Start(
            new Faults
            {
                UnavailableEvery = 97,
                BurstEvery = 41,
                RevokesTokenEvery = 53,
            }
        );

        var (exit, report, output) = await Runs.Run(server, "--generate", "150", "--sellers", "all", "--batch", "20");

        Assert.True(exit == 0, output);
        Assert.Contains(report.GetProperty("calls").EnumerateArray(), call =>
            call.GetProperty("outcome").GetString() == "429 burst-exceeded"
        );
        Assert.Contains(report.GetProperty("calls").EnumerateArray(), call =>
            call.GetProperty("outcome").GetString() == "401 token-expired"
        );
    }

    [Fact]
    public async Task A_reply_lost_after_counting_is_allowed_for_but_not_more()
    {
        await using var server = await TestServer.Start(new Faults { LosesReplyEvery = 37 });

        var (exit, report, output) = await Runs.Run(server, "--generate", "100");

        Assert.True(exit == 0, output);
        Assert.True(report.Number("bill", "lost_replies") > 0);
        Assert.InRange(
            report.Number("bill", "billed_calls"),
            report.Number("bill", "own_calls"),
            report.Number("bill", "own_calls") + report.Number("bill", "lost_replies")
        );
    }

    [Fact]
    public async Task Calls_beyond_the_free_ones_are_recounted_to_the_cent()
    {
        await using var server = await TestServer.Start();

        var (exit, report, output) = await Runs.Run(server, "--generate", "20", "--calls", "5100");

        Assert.True(exit == 0, output);
        Assert.Equal(81.500m, report.GetProperty("bill").GetProperty("billed_amount_cny").GetDecimal());
        Assert.Equal(5_100, report.Number("bill", "own_calls"));
    }

    [Fact]
    public async Task A_used_up_day_fails_the_run_without_waiting_for_midnight()
    {
        await using var server = await TestServer.Start(new Faults { DailyLimit = 10 });

        var (exit, report, _) = await Runs.Run(server, "--generate", "20");

        Assert.Equal(1, exit);
        Assert.True(report.Number("orders", "skipped") > 0);
        Assert.Equal(0, report.Number("orders", "missing"));
    }

    [Fact]
    public async Task A_sellers_events_arrive_in_the_order_of_their_instants()
    {
        await using var server = await TestServer.Start();

        await Runs.Run(server, "--generate", "500", "--batch", "7", "--sellers", "1");

        foreach (var seller in server.Store.Arrived.GroupBy(e => e.Seller))
        {
            Assert.Equal(seller.OrderBy(e => e.At).Select(e => e.At), seller.Select(e => e.At));
        }
    }

    [Theory]
    [InlineData("--generate", "0")]
    [InlineData("--generate", "5", "--data", "x")]
    [InlineData("--data", "no-such-folder", "--server", "http://127.0.0.1:1")]
    [InlineData("--generate", "5", "--demo", "no-such-file.json")]
    [InlineData("--generate", "5", "--server", "nonsense")]
    [InlineData("--generate", "5", "--batch", "1001")]
    [InlineData("--colour", "blue")]
    public async Task Wrong_usage_is_told_and_exits_with_2(params string[] args)
    {
        var (exit, output) = await Runs.Command(args);

        Assert.Equal(2, exit);
        Assert.NotEmpty(output.Trim());
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_run_with_1()
    {
        string demo;
        await using (var server = await TestServer.Start())
        {
            demo = server.DemoFile();
        }

        var (exit, output) = await Runs.Command("--generate", "5", "--demo", demo, "--patience", "1");

        Assert.Equal(1, exit);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(demo)!, recursive: true);
    }
}
