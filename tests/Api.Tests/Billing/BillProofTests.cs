using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Billing.Proofs;
using Marketplace.Journal;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Billing;

public class BillProofTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_sellers_proof_holds_its_own_rows_as_the_export_has_them_and_verifies()
    {
        var (seller, other) = (marketplace.NewSeller(), marketplace.NewSeller());
        var day = default(DateOnly);
        foreach (var plugin in new[] { TestPlugins.Few, TestPlugins.Everything })
        {
            await Client.Install(seller, plugin, "orders.read");
            await Client.Install(other, plugin, "orders.read");
            (await Client.Get($"{other}/{plugin}", "orders")).OrThrow();
            for (var call = 0; call < 3; call++)
            {
                day = (await Client.Get($"{seller}/{plugin}", "orders")).OrThrow().Receipt!.Day;
            }
        }

        var month = day.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var lines = await Proof($"/seller/v1/bills/{month}/proof?seller={seller}", await Client.SellerCenterToken());
        var head = await Verified(lines);

        Assert.Equal((seller, 6L, lines.Length - 1L), (head.Seller.Value, head.Calls, head.Rows));
        var exported = await Proof("/platform/v1/export/ledger", await marketplace.FreshToken("operator"));
        Assert.Equal(exported.Where(line => line.Contains($"\"seller\":\"{seller}\"", StringComparison.Ordinal)), lines[..^1]);
        var bill = (await Client.Bill(seller, day)).Json;
        Assert.Equal(bill.GetProperty("total").GetDecimal(), head.Total.Amount);

        var one = await Verified(
            await Proof($"/seller/v1/bills/{month}/proof?seller={seller}&plugin={TestPlugins.Few}", await Client.SellerCenterToken())
        );
        Assert.Equal(3, one.Calls);
        var operators = await Proof($"/platform/v1/bills/{month}/proof?seller={seller}", await marketplace.FreshToken("operator"));
        Assert.Equal(lines[..^1], operators[..^1]);
        Assert.Equal(
            0,
            (await Verified(await Proof($"/seller/v1/bills/2020-01/proof?seller={seller}", await Client.SellerCenterToken()))).Rows
        );
    }

    [Fact]
    public async Task A_user_gets_the_proof_of_its_own_seller_only()
    {
        var installation = await marketplace.NewInstallation();
        (await Client.Get(installation, "orders")).OrThrow();
        var user = await marketplace.FreshToken("seller-user");
        var path = $"/seller/v1/bills/2026-11/proof?seller={TestMarketplace.SellerOf(installation)}";
        (await marketplace.Http.Raw("GET", path, user)).IsProblem(404, "seller-not-found");
        Assert.Equal(200, (await marketplace.Http.Raw("GET", "/seller/v1/bills/2026-11/proof?seller=matrix-seller", user)).Status);
    }

    [Fact]
    public async Task Usage_is_told_day_by_day_over_the_ends_of_months_with_its_errors()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var day = default(DateOnly);
        for (var call = 0; call < 4; call++)
        {
            day = (await Client.Get(installation, "orders")).OrThrow().Receipt!.Day;
        }

        Assert.Equal(404, (int)(await Client.Get(installation, "orders/none")).Status);
        var (from, to) = (day.AddDays(-80), day.AddDays(11));
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/seller/v1/installations/{installation}/usage/days?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}"
        );
        var token = await Client.SellerCenterToken();
        JsonElement used = default;
        await TestKit.Eventually.Holds(
            async () =>
            {
                var days = (await Client.Send(HttpMethod.Get, path, token)).OrThrow().Json.GetProperty("days");
                Assert.Equal(92, days.GetArrayLength());
                used = days.EnumerateArray().Single(one => one.GetProperty("calls").GetInt32() > 0);
                return used.GetProperty("errors").GetInt32() == 1;
            },
            "the error is counted"
        );

        Assert.Equal(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), used.GetProperty("day").GetString());
        var bill = (await Client.Bill(TestMarketplace.SellerOf(installation), day)).Json;
        Assert.Equal(bill.GetProperty("total").GetDecimal(), used.GetProperty("amount").GetDecimal());
        Assert.Equal(
            bill.GetProperty("lines")
                .EnumerateArray()
                .Select(line => (line.GetProperty("tier").GetString(), line.GetProperty("calls").GetInt32())),
            used.GetProperty("by_tier")
                .EnumerateArray()
                .Select(line => (line.GetProperty("tier").GetString(), line.GetProperty("calls").GetInt32()))
        );
        foreach (
            var wrong in new[] { "?from=2026-11-02&to=2026-11-01", "?from=2026-01-01&to=2026-04-03", "?from=2026-11-01", "?from=x&to=y" }
        )
        {
            (await marketplace.Http.Raw("GET", $"/seller/v1/installations/{installation}/usage/days{wrong}", token)).IsProblem(
                400,
                "parameter-invalid"
            );
        }
    }

    private async Task<string[]> Proof(string path, string token)
    {
        var answer = await marketplace.Http.Raw("GET", path, token);
        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.Answer.ContentType));
        Assert.EndsWith("\n", answer.Answer.Text, StringComparison.Ordinal);
        return answer.Answer.Text[..^1].Split('\n');
    }

    private async Task<BillProof> Verified(string[] lines)
    {
        var findings = new List<Finding>();
        using var verifier = new BillProofVerifier(findings.Add);
        foreach (var line in lines)
        {
            verifier.Add(Encoding.UTF8.GetBytes(line));
        }

        var proof = verifier.Complete();
        Assert.Empty(findings);
        var keys = (await Client.Send(HttpMethod.Get, "/.well-known/marketplace-keys", null)).OrThrow().Json.GetProperty("keys");
        var key = keys.EnumerateArray().Single(key => key.GetProperty("id").GetString() == proof!.Value.Signature.KeyId);
        Assert.True(
            SignatureAlgorithm.Ed25519.Verify(
                PublicKey.Import(
                    SignatureAlgorithm.Ed25519,
                    key.GetProperty("public_key").GetBytesFromBase64(),
                    KeyBlobFormat.RawPublicKey
                ),
                proof!.Value.Signed.Span,
                proof.Value.Signature.Value
            )
        );
        return proof.Value.Head;
    }
}
