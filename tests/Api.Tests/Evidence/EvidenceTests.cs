using System.Text;
using Marketplace.Evidence;
using Marketplace.Identity.Signing;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Evidence;

/// <summary>R66: an order's way to a plugin, signed, for the three who may read it.</summary>
public class EvidenceTests(TestMarketplace marketplace)
{
    private static readonly string[] Private = ["Ana Souza", "+55 11 91234-5678", "ana@example.com", "39053344705"];

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task An_order_that_was_pulled_and_confirmed_is_evidence_for_everybody_having_done_their_part()
    {
        var scenario = await ClaimScenario.Open(marketplace);
        var before = await scenario.Signed();
        await scenario.ConfirmAll();

        var answer = (await scenario.Evidence()).OrThrow();
        var signed = SignedEvidence.Decode(Encoding.UTF8.GetBytes(answer.Text));

        Assert.Equal((EvidenceParty.Open, EvidenceCauses.WaitingInTime), (before.Bundle.Verdict.Party, before.Bundle.Verdict.Cause));
        Assert.Equal(
            (EvidenceParty.None, 1, 1),
            (signed.Bundle.Verdict.Party, signed.Bundle.Verdict.Owed, signed.Bundle.Verdict.Acknowledged)
        );
        Assert.Equal(
            ["accepted", "acknowledged"],
            Assert.Single(signed.Bundle.Journeys).Hops.Where(hop => hop.What is not "resumed").Select(hop => hop.What)
        );
        Assert.Equal(Catalogue.Agreement.Standard.Hash, signed.Bundle.Facts.Agreement!.Hash);
        Assert.Contains(signed.Bundle.Facts.Settings, setting => setting.Phase == "running");
        Assert.Empty(Check(signed.Bundle));
        Assert.Equal(answer.Text, Encoding.UTF8.GetString(signed.Encode()));
    }

    [Fact]
    public async Task The_signature_is_good_under_the_published_key_and_under_no_other_bundle()
    {
        var signed = await (await ClaimScenario.Open(marketplace)).Signed();
        var keys = await marketplace.Services.GetRequiredService<IMarketplaceSigner>().GetKeys(TestContext.Current.CancellationToken);
        var key = PublicKey.Import(
            SignatureAlgorithm.Ed25519,
            keys.Single(known => known.Id == signed.Signature.KeyId).PublicKey.Span,
            KeyBlobFormat.RawPublicKey
        );

        Assert.Equal(EvidenceSignature.Ed25519, signed.Signature.Alg);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, signed.Bundle.Encode(), signed.Signature.Value));
        Assert.False(
            SignatureAlgorithm.Ed25519.Verify(
                key,
                (signed.Bundle with { Labels = [EvidenceBundle.UncertifiedPlugin] }).Encode(),
                signed.Signature.Value
            )
        );
        Assert.Contains(
            signed.Signature.KeyId,
            (await Client.Send(HttpMethod.Get, "/.well-known/marketplace-keys", null)).OrThrow().Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_scope_that_was_withdrawn_and_a_pause_are_the_sellers_setting()
    {
        var scenario = await ClaimScenario.Open(marketplace, "orders.read", "products.read");
        (await Client.SetGrants(scenario.Installation, "products.read")).OrThrow();
        Assert.Equal(EvidenceCauses.ScopeWithdrawn, (await scenario.Signed()).Bundle.Verdict.Cause);

        var paused = await ClaimScenario.Open(marketplace);
        (await Client.Pause(paused.Installation, "盘点")).OrThrow();
        var verdict = (await paused.Signed()).Bundle.Verdict;
        Assert.Equal((EvidenceParty.SellerSetting, EvidenceCauses.PausedBySeller), (verdict.Party, verdict.Cause));
    }

    [Fact]
    public async Task The_plugin_sees_its_own_and_nothing_of_what_it_was_not_owed()
    {
        var scenario = await ClaimScenario.Open(marketplace, "orders.read", "products.read");
        var own = Decode(await Client.Get(scenario.Installation, $"orders/{scenario.Order}/evidence"));
        var denied = await ClaimScenario.Open(marketplace, "products.read");

        Assert.Equal((EvidenceReaders.Plugin, 1), (own.Facts.Reader, own.Facts.Events.Length));
        Assert.Null(own.Facts.Events[0].Id);
        (await Client.Get(await marketplace.NewInstallation(), $"orders/{scenario.Order}/evidence")).IsProblem(404, "order-not-found");
        (await Client.Get(denied.Installation, $"orders/{denied.Order}/evidence")).IsProblem(404, "order-not-found");
        (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/orders/never-there/evidence?seller={scenario.Seller}&plugin={TestPlugins.Everything}",
                await Client.UserToken(scenario.Seller)
            )
        ).IsProblem(404, "order-not-found");
        Assert.Equal(0, (await Client.Quota(scenario.Installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
    }

    [Fact]
    public async Task Another_sellers_order_and_what_is_not_installed_cannot_be_asked_for()
    {
        var scenario = await ClaimScenario.Open(marketplace);
        var other = await Client.UserToken(marketplace.NewSeller());

        (await scenario.Evidence(token: other)).IsProblem(404, "seller-not-found");
        (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/orders/{scenario.Order}/evidence?seller={scenario.Seller}&plugin=nothing-installed",
                await Client.SellerCenterToken()
            )
        ).IsProblem(404, "installation-not-found");
        (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/orders/{scenario.Order}/evidence?seller={scenario.Seller}",
                await Client.SellerCenterToken()
            )
        ).IsProblem(400, "parameter-invalid");
        (await scenario.Evidence("&format=pdf")).IsProblem(400, "parameter-invalid");
        var byOperator = await Client.Send(
            HttpMethod.Get,
            $"/platform/v1/orders/{scenario.Order}/evidence?installation={scenario.Installation}",
            await Client.OperatorToken()
        );
        Assert.Equal(EvidenceReaders.Operator, Decode(byOperator).Facts.Reader);
    }

    [Fact]
    public async Task Neither_file_nor_page_holds_anything_of_the_buyer()
    {
        var installation = await marketplace.NewInstallation();
        var order = $"order-{Guid.NewGuid():N}";
        var buyer = new
        {
            name = Private[0],
            phone = Private[1],
            email = Private[2],
            identity_number = Private[3],
            region = "SP",
            country = "BR",
        };
        var created = CloudEvents.Of(
            "order.created",
            TestMarketplace.SellerOf(installation),
            order,
            new
            {
                currency = "CNY",
                items = new[]
                {
                    new
                    {
                        line = 1,
                        product_id = "p-1",
                        quantity = 1,
                        unit_price = 10m,
                        freight = 1m,
                    },
                },
                buyer,
            }
        );
        Assert.Equal(1, (await Client.SendEvents([created])).OrThrowIfRejected().Json.GetProperty("accepted").GetInt32());
        var scenario = new ClaimScenario(marketplace, installation, order);

        foreach (var text in new[] { (await scenario.Evidence()).OrThrow().Text, (await scenario.Evidence("&format=html")).OrThrow().Text })
        {
            Assert.Contains(order, text, StringComparison.Ordinal);
            Assert.All(Private, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
            Assert.DoesNotContain("u-1", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("zh", "责任判定", "lang=\"zh-CN\"")]
    [InlineData("en", "Attribution", "lang=\"en\"")]
    public async Task The_page_says_it_in_both_languages_without_scripts(string language, string heading, string mark)
    {
        var scenario = await ClaimScenario.Open(marketplace);
        await scenario.ConfirmAll();
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"/seller/v1/orders/{scenario.Order}/evidence?seller={scenario.Seller}&plugin={TestPlugins.Everything}&lang={language}"
        );
        request.Headers.Authorization = new("Bearer", await Client.UserToken(scenario.Seller));
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml");
        using var response = await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains(heading, page, StringComparison.Ordinal);
        Assert.Contains(mark, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"lang={(language == "zh" ? "en" : "zh")}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_writes_into_an_order_id_does_not_become_markup()
    {
        var scenario = new ClaimScenario(marketplace, await marketplace.NewInstallation(), "<img%20src=x>");
        (await Client.SendEvents([CloudEvents.OrderCreated(scenario.Seller, "<img>")])).OrThrow();
        var page = (await new ClaimScenario(marketplace, scenario.Installation, "<img>").Evidence("&format=html")).OrThrow().Text;

        (await scenario.Evidence("&format=html")).IsProblem(400, "parameter-invalid");
        Assert.Contains("&lt;img&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img>", page, StringComparison.Ordinal);
    }

    private static EvidenceBundle Decode(Answer answer) => SignedEvidence.Decode(Encoding.UTF8.GetBytes(answer.OrThrow().Text)).Bundle;

    private static List<Finding> Check(EvidenceBundle bundle)
    {
        var findings = new List<Finding>();
        EvidenceVerifier.Check(bundle, findings.Add);
        return findings;
    }
}
