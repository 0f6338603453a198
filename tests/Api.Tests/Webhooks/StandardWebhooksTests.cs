using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Marketplace.TestKit.Processes;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>What the sender signs, verified by the npm package standardwebhooks and by node's crypto (tests/Webhook.Client).</summary>
public class StandardWebhooksTests
{
    private static readonly string[] Bodies =
    [
        "{}",
        """{"a":"ä","b":"订单 😀"}""",
        """{"long":"%"}""".Replace("%", new string('x', 50_000), StringComparison.Ordinal),
    ];

    [Fact]
    public async Task A_stock_library_verifies_every_message_with_every_secret_and_refuses_what_another_signed()
    {
        await using var bench = new SenderBench();
        var older = bench.Secrets.Make("older", DateTimeOffset.UnixEpoch);
        var (newest, earlier) = (bench.Secrets.Reveal(bench.Secret), bench.Secrets.Reveal(older));
        using var folder = await ClientFolder.Install("Webhook.Client", TestContext.Current.CancellationToken);
        using var receiver = folder.Start([("RECEIVER", Settings(bench, newest, earlier))], "node", "receiver.js");
        try
        {
            var port = int.Parse(
                (await receiver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!,
                CultureInfo.InvariantCulture
            );
            var address = FormattableString.Invariant($"http://127.0.0.1:{port}");
            foreach (var body in Bodies)
            {
                var one = await bench.Send(bench.Message($"{address}/one", body, "evt_one"));
                Assert.Equal((null, 204), (one.Error, one.Status));
                var seen = await Seen(receiver);
                Assert.Equal(
                    ("evt_one", "1", "application/cloudevents+json; charset=utf-8"),
                    (Text(seen, "id"), Text(seen, "attempt"), Text(seen, "type"))
                );
                Assert.Equal(("True", true), (V1(seen), seen.GetProperty("v1a").GetBoolean()));
            }

            // While secrets rotate, receivers with the earlier one and with the newer one both verify.
            var both = await bench.Send(
                bench.Message($"{address}/both") with
                {
                    Secrets = [older.Sealed, bench.Secret.Sealed],
                    Replay = "rpl_1",
                }
            );
            Assert.True(both.IsAccepted, both.ToString());
            var rotating = await Seen(receiver);
            Assert.Equal(("True True", "rpl_1"), (V1(rotating), Text(rotating, "replay")));

            var stranger = bench.Secrets.Make("a stranger", DateTimeOffset.UnixEpoch);
            var forged = await bench.Send(bench.Message($"{address}/one") with { Secrets = [stranger.Sealed] });
            Assert.Equal(("status", 400), (forged.Error, forged.Status));
            var refused = await Seen(receiver);
            Assert.Equal(("False", true), (V1(refused), refused.GetProperty("v1a").GetBoolean()));
        }
        finally
        {
            receiver.Kill(entireProcessTree: true);
        }
    }

    private static string Settings(SenderBench bench, string newest, string earlier) =>
        JsonSerializer.Serialize(
            new
            {
                keys = new[] { new { id = bench.PublicKey.Id, whpk = "whpk_" + Convert.ToBase64String(bench.PublicKey.PublicKey.Span) } },
                secrets = new Dictionary<string, string[]> { ["/one"] = [newest], ["/both"] = [newest, earlier] },
            }
        );

    private static async Task<JsonElement> Seen(Process receiver) =>
        JsonElement.Parse((await receiver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);

    private static string? Text(JsonElement seen, string name) => seen.GetProperty(name).GetString();

    private static string V1(JsonElement seen) => string.Join(' ', seen.GetProperty("v1").EnumerateArray().Select(one => one.GetBoolean()));
}
