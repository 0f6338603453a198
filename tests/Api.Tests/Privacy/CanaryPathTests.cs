using System.Text;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Schemas.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Privacy;

/// <summary>A marked buyer goes through the whole product and is found on one page only: the seller's label (R23).</summary>
public class CanaryPathTests(TestMarketplace marketplace)
{
    private readonly Canary _canary = new();
    private readonly List<(string Where, string Text)> _seen = [];

    private MarketplaceClient Client => marketplace.Client;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_buyers_marks_are_on_the_sellers_label_and_nowhere_else()
    {
        var installation = await marketplace.NewInstallation();
        var (seller, order, cancelled) = (TestMarketplace.SellerOf(installation), $"order-{Guid.NewGuid():N}", $"order-{Guid.NewGuid():N}");
        (
            await Client.SendEvents([
                _canary.Order(seller, order),
                _canary.Order(seller, cancelled),
                _canary.Cancellation(seller, cancelled),
                _canary.Track(seller, order, "waybill-1"),
            ])
        ).OrThrowIfRejected();

        await Reads(installation, order);
        var failed = await Refusals(installation, order);
        var label = await Label(installation, order);
        await Payloads(installation);
        await People(installation, failed);
        await Operators(installation, failed);

        Assert.True(_seen.Count > 40, "Too little was looked at.");
        Assert.All(_seen, seen => _canary.IsNotIn(seen.Text, seen.Where));
        Assert.All(marketplace.Logs.Lines, line => _canary.IsNotIn(line, "the log"));
        _canary.IsNotInFolder(marketplace.DataFolder);
        Assert.True(_canary.IsAddressedBy(label));
    }

    private async Task Reads(string installation, string order)
    {
        foreach (
            var path in new[]
            {
                "orders",
                "orders?limit=1",
                $"orders/{order}",
                "tracking/waybill-1",
                "products",
                "quota",
                $"rates?order_id={order}",
            }
        )
        {
            See(path, (await Client.Get(installation, path)).OrThrow());
        }

        foreach (
            var (path, body) in new (string, object)[]
            {
                ("flags", new { kind = "other" }),
                ("tracking", new { tracking_id = "waybill-2", carrier = "c" }),
            }
        )
        {
            See(path, (await Write(installation, $"orders/{order}/{path}", body)).OrThrow());
        }
    }

    /// <summary>What is sent with the buyer's own data is not told back, neither at once nor by the error log.</summary>
    private async Task<IReadOnlyList<string>> Refusals(string installation, string order)
    {
        var refused = new List<Answer>
        {
            await Write(installation, $"orders/{order}/flags", new { kind = "other", note = _canary.Phone }),
            await Write(installation, $"orders/{order}/flags", new { kind = _canary.Name }),
            await Write(installation, $"orders/{order}/tracking", new { tracking_id = _canary.IdentityNumber, carrier = "c" }),
            await Write(installation, $"orders/{order}/tracking", new { tracking_id = "w", carrier = _canary.Email }),
            await Write(
                installation,
                "labels",
                new
                {
                    order_id = order,
                    address_handle = _canary.Email,
                    carrier = "sf",
                }
            ),
            await Write(
                installation,
                "labels",
                new
                {
                    order_id = order,
                    address_handle = "adr_1",
                    carrier = _canary.Name,
                }
            ),
            await Client.Get(installation, $"orders/{Uri.EscapeDataString(_canary.Email)}"),
            await Client.Get(installation, $"orders/{_canary.IdentityNumber}"),
            await Client.Get(installation, $"orders?status={Uri.EscapeDataString(_canary.Name)}"),
            await Client.SendEvents([new { name = _canary.Name, phone = _canary.Phone }, _canary.Street]),
        };
        refused.ForEach(answer => See("a refusal", answer));
        return [.. refused.Where(answer => !answer.IsSuccess).Select(answer => answer.RequestId!)];
    }

    private async Task<string> Label(string installation, string order)
    {
        var made = (
            await Write(
                installation,
                "labels",
                new
                {
                    order_id = order,
                    address_handle = AddressHandles.Of(InstallationId.Parse(installation, null), order),
                    carrier = "zto",
                }
            )
        ).OrThrow();
        See("the label's answer", made);
        var seller = TestMarketplace.SellerOf(installation);
        return (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/labels/{made.Json.GetProperty("label_id").GetString()}?seller={seller}",
                await Client.UserToken(seller)
            )
        )
            .OrThrow()
            .Text;
    }

    /// <summary>The bytes that every channel of events sends.</summary>
    private async Task Payloads(string installation)
    {
        var id = InstallationId.Parse(installation, null);
        var page = await marketplace.Services.GetRequiredService<IGrainFactory>().GetFeed(id.Seller).ReadEvents(0, 100, Ended);
        Assert.True(page.Events.Length >= 4);
        foreach (var @event in page.Events)
        {
            See(
                $"the payload of {@event.Type}",
                Encoding.UTF8.GetString(EventPayloads.Render(@event, id, "2024-05", [.. TestPlugins.AllScopes]))
            );
        }
    }

    private async Task People(string installation, IReadOnlyList<string> failed)
    {
        var seller = TestMarketplace.SellerOf(installation);
        var center = await Client.SellerCenterToken();
        var paths = new[]
        {
            $"installations?seller={seller}",
            $"installations/{installation}/diagnosis",
            $"installations/{installation}/permissions",
            $"installations/{installation}/holds",
            $"bills/2026-11?seller={seller}",
            $"audit?seller={seller}",
            $"notifications?seller={seller}",
        };
        foreach (var path in paths.Concat(failed.Select(id => $"installations/{installation}/errors/{id}")))
        {
            See(path, await Client.Send(HttpMethod.Get, $"/seller/v1/{path}", center));
        }

        foreach (var id in failed)
        {
            See("the developer's error log", await Client.Get(installation, $"errors/{id}"));
        }
    }

    private async Task Operators(string installation, IReadOnlyList<string> failed)
    {
        var token = await Client.OperatorToken();
        string[] paths =
        [
            "/metrics",
            "/platform/v1/audit/kpis",
            "/platform/v1/dead-letters",
            "/platform/v1/diagnosis/outcomes",
            $"/platform/v1/findings?plugin={TestPlugins.Everything}&limit=100",
            .. failed.Select(id => $"/platform/v1/errors/{id}?installation={installation}"),
            .. new[] { "", "DashboardCounters", "ClusterStats", "TopGrainMethods", "Reminders/1", "GrainTypes" }.Select(page =>
                $"/ops/dashboard/{page}"
            ),
        ];
        foreach (var path in paths)
        {
            See(path, await Client.Send(HttpMethod.Get, path, token));
        }

        var exports = await LogExports.ReadAll(Client);
        See("the ledger's export", exports.Ledger);
        See("the feed's export", exports.Feed);
        See("the journal's export", exports.Journal);
    }

    private Task<Answer> Write(string installation, string path, object body) =>
        Client.Call(installation, HttpMethod.Post, path, body, MarketplaceClient.NewKey());

    private void See(string where, Answer answer) => See(where, answer.Text);

    private void See(string where, string text) => _seen.Add((where, text));
}
