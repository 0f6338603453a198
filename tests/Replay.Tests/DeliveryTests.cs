using System.Text.Json;

namespace Marketplace.Replay.Tests;

public sealed class DeliveryTests
{
    private static readonly string[] Quiet =
    [
        "--deliver",
        "--generate",
        "250",
        "--installations",
        "5",
        "--receivers",
        "2",
        "--pull-share",
        "20",
        "--faults",
        "none",
        "--timeout",
        "0.1",
    ];

    [Fact]
    public async Task Everything_arrives_from_a_server_that_behaves_although_receivers_do_not()
    {
        await using var server = await TestServer.Start();

        var (exit, report, output) = await Runs.Run(
            server,
            "--deliver",
            "--generate",
            "250",
            "--installations",
            "8",
            "--receivers",
            "3",
            "--pull-share",
            "25",
            "--batch-share",
            "50",
            "--faults",
            "error,drop,lose,lie,garble,busy,gone,restart",
            "--fault-share",
            "20",
            "--seed",
            "7"
        );

        Assert.True(exit == 0, output);
        Assert.True(report.GetProperty("owed").GetInt64() > 1_000);
        Assert.Equal(1, report.GetProperty("accuracy").GetDouble());
        Assert.True(report.GetProperty("duplicates").GetInt64() > 0);
        var faults = report.GetProperty("faults").EnumerateObject().ToDictionary(fault => fault.Name, fault => fault.Value.GetInt64());
        Assert.All(["error", "drop", "lose", "lie", "garble", "busy", "gone"], name =>
            Assert.True(faults.GetValueOrDefault(name) > 0, $"{name} was never met")
        );
        Assert.True(report.GetProperty("returned").GetInt32() > 0);
    }

    [Fact]
    public async Task A_hanging_receiver_only_delays()
    {
        await using var server = await TestServer.Start();

        var (exit, report, output) = await Runs.Run(
            server,
            "--deliver",
            "--generate",
            "100",
            "--installations",
            "4",
            "--pull-share",
            "0",
            "--faults",
            "hang",
            "--fault-share",
            "1"
        );

        Assert.True(exit == 0, output);
        Assert.True(report.GetProperty("faults").GetProperty("hang").GetInt64() > 0);
    }

    [Fact]
    public async Task A_poisoned_event_is_missing_until_the_dead_letters_are_replayed()
    {
        await using var server = await TestServer.Start(new Faults { MostAttempts = 3 });

        var (exit, report, output) = await Runs.Run(
            server,
            "--deliver",
            "--generate",
            "2000",
            "--installations",
            "20",
            "--pull-share",
            "0",
            "--batch-share",
            "0",
            "--faults",
            "poison",
            "--seed",
            "3"
        );

        Assert.True(exit == 0, output);
        Assert.True(report.GetProperty("faults").GetProperty("poison").GetInt64() >= 3);
        Assert.InRange(report.GetProperty("accuracy_before_replay").GetDouble(), 0.9997, 0.99999);
        Assert.Equal(1, report.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task A_poisoned_event_that_nothing_follows_parks_its_endpoint_and_comes_once_that_is_named_again()
    {
        await using var server = await TestServer.Start(new Faults { MostAttempts = 3, ParksRefused = true });

        var (exit, report, output) = await Runs.Run(
            server,
            "--deliver",
            "--generate",
            "2000",
            "--installations",
            "20",
            "--pull-share",
            "0",
            "--batch-share",
            "0",
            "--faults",
            "poison",
            "--seed",
            "3",
            "--timeout",
            "0.5"
        );

        Assert.True(exit == 0, output);
        Assert.True(report.GetProperty("returned").GetInt32() > 0);
        Assert.Equal(1, report.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task A_lost_event_is_missing_and_named()
    {
        await using var server = await TestServer.Start(new Faults { LosesDelivery = true });

        var (exit, report, output) = await Runs.Run(server, Quiet);

        Assert.Equal(1, exit);
        Assert.Equal(5, report.GetProperty("missing").GetInt64());
        Assert.Contains("is missing", output, StringComparison.Ordinal);
        Assert.True(report.GetProperty("accuracy").GetDouble() < 1);
    }

    [Fact]
    public async Task An_order_paid_before_it_was_created_is_out_of_order()
    {
        await using var server = await TestServer.Start(new Faults { SwapsDeliveries = true });

        var (exit, report, _) = await Runs.Run(server, Quiet);

        Assert.Equal(1, exit);
        Assert.True(Found(report, "out_of_order") >= 5);
        Assert.Equal(0, report.GetProperty("missing").GetInt64());
    }

    [Theory]
    [InlineData("other_id")]
    [InlineData("other_bytes")]
    [InlineData("leak")]
    [InlineData("signature")]
    public async Task What_a_server_gets_wrong_is_found_and_nothing_else_is(string kind)
    {
        await using var server = await TestServer.Start(
            new Faults
            {
                RepeatsUnderOtherId = kind == "other_id",
                RepeatsOtherwise = kind == "other_bytes",
                DeliversPhone = kind == "leak",
                SignsWrongly = kind == "signature",
            }
        );

        var (exit, report, output) = await Runs.Run(server, Quiet);

        Assert.Equal(1, exit);
        Assert.True(Found(report, kind) > 0, output);
        var others = report
            .GetProperty("wrong")
            .EnumerateObject()
            .Where(one => one.Name != kind && !(kind == "other_id" && one.Name == "other_bytes"));
        Assert.All(others, one => Assert.Equal(0, one.Value.GetInt32()));
        Assert.DoesNotContain("+00 555", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_was_refused_and_not_sent_again_is_missing()
    {
        await using var server = await TestServer.Start(new Faults { TrustsFailures = true });

        var (exit, report, _) = await Runs.Run(
            server,
            "--deliver",
            "--generate",
            "100",
            "--installations",
            "4",
            "--pull-share",
            "0",
            "--faults",
            "error",
            "--fault-share",
            "10",
            "--timeout",
            "0.1"
        );

        Assert.Equal(1, exit);
        Assert.True(report.GetProperty("missing").GetInt64() > 0);
    }

    [Theory]
    [InlineData("--faults", "rain")]
    [InlineData("--faults", "none,hang")]
    [InlineData("--fault-share", "101")]
    [InlineData("--installations", "6")]
    public async Task Wrong_usage_is_told_and_exits_with_2(params string[] args)
    {
        await using var server = await TestServer.Start();

        var (exit, _, output) = await Runs.Run(server, ["--deliver", "--generate", "100", .. args]);

        Assert.Equal(2, exit);
        Assert.NotEmpty(output.Trim());
    }

    private static int Found(JsonElement report, string kind) => report.GetProperty("wrong").GetProperty(kind).GetInt32();
}
