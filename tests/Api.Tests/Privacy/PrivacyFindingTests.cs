using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Privacy;

/// <summary>Private data that a plugin sends are a finding against it: where, never what (R23).</summary>
public class PrivacyFindingTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Theory]
    [InlineData("ring 138 1234 5678", "telephone-number")]
    [InlineData("a.b@example.com", "e-mail-address")]
    [InlineData("11010519491231002X", "identity-number")]
    [InlineData("浙江省杭州市余杭区文一西路969号", "postal-address")]
    public async Task A_write_with_private_data_is_refused_and_noted_once_an_hour(string note, string kind)
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);
        var feed = (await LogExports.ReadAll(Client)).Feed;
        for (var i = 0; i < 5; i++)
        {
            (await Write(installation, $"orders/{order}/flags", new { kind = "other", note })).IsProblem(422, "private-data-in-input");
        }

        var finding = Assert.Single(await Findings(installation, kind));
        Assert.Equal(
            ("orders.flag", "note", true),
            (Text(finding, "operation"), Text(finding, "member"), finding.GetProperty("refused").GetBoolean())
        );
        var exports = await LogExports.ReadAll(Client);
        Assert.Equal(feed, exports.Feed);
        var facts = exports
            .Journal.Split('\n')
            .Where(line =>
                line.Contains($"\"conduct/{TestPlugins.Everything}\"", StringComparison.Ordinal)
                && line.Contains(installation, StringComparison.Ordinal)
            );
        Assert.DoesNotContain(note, Assert.Single(facts), StringComparison.Ordinal);
        Assert.DoesNotContain(note, JsonSerializer.Serialize(finding), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_request_and_a_waybill_number_are_looked_through()
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);

        (await Write(installation, $"orders/{order}/tracking", new { tracking_id = "11010519491231002X" })).IsProblem(
            422,
            "private-data-in-input"
        );
        (
            await Write(
                installation,
                "labels",
                new
                {
                    order_id = order,
                    address_handle = "adr_1",
                    carrier = "a.b@example.com",
                }
            )
        ).IsProblem(422, "private-data-in-input");

        Assert.Equal("tracking_id", Text(Assert.Single(await Findings(installation, "identity-number")), "member"));
        Assert.Equal("labels.create", Text(Assert.Single(await Findings(installation, "e-mail-address")), "operation"));
    }

    [Fact]
    public async Task A_write_to_an_upstream_passes_and_what_it_holds_is_a_finding()
    {
        var installation = await marketplace.NewInstallation();
        var body = new
        {
            to = new { mail = "a.b@example.com", list = new[] { "x", "请寄到浙江省杭州市余杭区文一西路969号" } },
            note = new string('x', 2_000) + " 11010519491231002X ",
        };

        var answer = (await Write(installation, "upstream/echo/hello", body)).OrThrow();

        Assert.Equal(1, answer.Receipt!.Seq);
        Assert.Contains(
            "a.b@example.com",
            marketplace
                .Upstream.Requests.Last(request => request.Headers.GetValueOrDefault("Marketplace-Installation") == installation)
                .Body,
            StringComparison.Ordinal
        );
        Assert.Equal("to.mail", Text(Assert.Single(await Findings(installation, "e-mail-address")), "member"));
        Assert.Equal("to.list", Text(Assert.Single(await Findings(installation, "postal-address")), "member"));
        var identity = Assert.Single(await Findings(installation, "identity-number"));
        Assert.Equal(
            ("note", "upstream.echo-write", false),
            (Text(identity, "member"), Text(identity, "operation"), identity.GetProperty("refused").GetBoolean())
        );
    }

    [Fact]
    public async Task Findings_are_for_operators_of_one_plugin_and_counted()
    {
        var counted = 0L;
        using var listener = Listen(() => Interlocked.Increment(ref counted));
        var token = await Client.OperatorToken();
        (await Client.Send(HttpMethod.Get, "/platform/v1/findings", token)).IsProblem(400, "parameter-invalid");
        var nobody = (await Client.Send(HttpMethod.Get, "/platform/v1/findings?plugin=nobody", token)).OrThrow().Json;
        Assert.Equal((0, 0), (nobody.GetProperty("findings").GetArrayLength(), nobody.GetProperty("counts").EnumerateObject().Count()));

        var installation = await marketplace.NewInstallation();
        (
            await Write(
                installation,
                $"orders/{await marketplace.NewOrder(installation)}/flags",
                new { kind = "other", note = "a.b@example.com" }
            )
        ).IsProblem(422, "private-data-in-input");

        Assert.True((await All("e-mail-address")).GetProperty("counts").GetProperty("e-mail-address").GetInt64() >= 1);
        Assert.True(Interlocked.Read(ref counted) >= 1);
    }

    // Not by the page of figures: where many hosts share a process, as here, its library counts their figures together and stops at a
    // thousand.
    private MeterListener Listen(Action found)
    {
        var host = marketplace.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == host && instrument.Name == "marketplace.conduct.findings")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, _, tags, _) =>
            {
                if (tags.Contains(new KeyValuePair<string, object?>("kind", "e-mail-address")))
                {
                    found();
                }
            }
        );
        listener.Start();
        return listener;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private Task<Answer> Write(string installation, string path, object body) =>
        Client.Call(installation, HttpMethod.Post, path, body, MarketplaceClient.NewKey());

    private async Task<JsonElement> All(string kind) =>
        (
            await Client.Send(
                HttpMethod.Get,
                $"/platform/v1/findings?plugin={TestPlugins.Everything}&kind={kind}&limit=100",
                await Client.OperatorToken()
            )
        )
            .OrThrow()
            .Json;

    private async Task<IEnumerable<JsonElement>> Findings(string installation, string kind) =>
        (await All(kind))
            .GetProperty("findings")
            .EnumerateArray()
            .Where(finding => Text(finding, "installation") == installation && Text(finding, "kind") == kind);
}
