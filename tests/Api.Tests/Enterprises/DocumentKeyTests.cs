using System.Text.Json;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Grains.Ports;
using Marketplace.TestKit;
using Marketplace.TestKit.Enterprises;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>How stored documents follow their keys, and that nothing is kept that no fact names (R43).</summary>
public class DocumentKeyTests(TestMarketplace marketplace)
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private MarketplaceClient Client => marketplace.Client;

    private DocumentRenewal Renewal => marketplace.Services.GetRequiredService<DocumentRenewal>();

    [Fact]
    public async Task A_new_key_encrypts_what_comes_and_reads_what_was_there_before_and_puts_it_under_itself()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        var now = TimeProvider.System.GetUtcNow();
        var first = await NewKey(now.AddSeconds(-2));
        await Client.HandIn(seller, licence);
        var before = await marketplace.Stored(licence);
        Assert.All(before, file => Assert.Equal(first, KeyOf(file)));

        var second = await NewKey(now.AddSeconds(-1));
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        Assert.Equal(Pictures.Colour($"{seller} licence"), (await marketplace.View(licence, "licence")).Bytes);
        marketplace.Services.GetRequiredService<IKeyManager>().RevokeKey(first, "test");

        Assert.Equal(Pictures.Colour($"{seller} identity-front"), (await marketplace.View(licence, "identity-front")).Bytes);
        Assert.Equal(Pictures.Colour($"{seller} licence"), (await marketplace.View(licence, "licence")).Bytes);
        Assert.Equal(2, (await marketplace.History(licence)).Count(fact => Text(fact, "type") == "document-file-replaced"));
        var after = await marketplace.Stored(licence);
        Assert.Equal((3, 2), (after.Count, after.Count(file => KeyOf(file) == second)));

        // What nobody looked at is found by the round that all documents are looked through in.
        Assert.True(await Renewal.Sweep(Ended) >= 1);
        Assert.All(await marketplace.Stored(licence), file => Assert.Equal(second, KeyOf(file)));
        Assert.Equal(0, await Renewal.Sweep(Ended));
        Assert.Equal(Pictures.Colour($"{seller} identity-back"), (await marketplace.View(licence, "identity-back")).Bytes);
    }

    [Fact]
    public async Task A_ciphertext_that_no_fact_names_is_removed_in_the_second_round_and_one_of_another_place_does_not_open()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        var store = marketplace.Services.GetRequiredService<IDocumentStore>();
        var ids = (await store.List($"{licence}/", 3, Ended)).ToArray();
        await store.Put($"{licence}/{seller}/licence/left-behind", "x"u8.ToArray(), Ended);
        await Renewal.Sweep(Ended);
        Assert.Equal(4, (await marketplace.Stored(licence)).Count);
        await Renewal.Sweep(Ended);
        Assert.Equal(3, (await marketplace.Stored(licence)).Count);

        // Somebody with hands on the store swaps one document for another.
        var (back, front) = (
            ids.Single(id => id.Contains("identity-back", StringComparison.Ordinal)),
            ids.Single(id => id.Contains("identity-front", StringComparison.Ordinal))
        );
        var other = (await store.Read(back, Ended))!.Value;
        await store.Delete(front, Ended);
        await store.Put(front, other, Ended);

        Assert.Equal("document-unreadable", (await marketplace.View(licence, "identity-front")).Answer.ProblemCode);
    }

    [Fact]
    public async Task A_repeated_upload_answers_as_the_first_did_and_only_one_ciphertext_is_kept()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        (await Client.Link(seller, licence)).OrThrow();
        var first = (await Client.Upload(seller, "licence", Pictures.Colour(), key: "upload-1")).OrThrow();

        Assert.Equal(first.Text, (await Client.Upload(seller, "licence", Pictures.Colour(), key: "upload-1")).OrThrow().Text);
        (await Client.Upload(seller, "identity-back", Pictures.Colour(), key: "upload-1")).IsProblem(422, "idempotency-key-reused");
        Assert.Single(await marketplace.Stored(licence));
        (await Client.Upload(seller, "licence", Pictures.Colour("another"))).OrThrow();
        var kept = Assert.Single(await marketplace.Stored(licence));

        // Later than another picture took its place, the repeat still changes nothing.
        Assert.Equal(first.Text, (await Client.Upload(seller, "licence", Pictures.Colour(), key: "upload-1")).OrThrow().Text);
        Assert.Equal(kept, Assert.Single(await marketplace.Stored(licence)));
    }

    // A protected payload names its key behind a magic header of four bytes.
    private static Guid KeyOf(byte[] ciphertext) => new(ciphertext.AsSpan(4, 16));

    /// <summary>Makes a key and waits until it encrypts: processes take it over in the background.</summary>
    private async Task<Guid> NewKey(DateTimeOffset activation)
    {
        var key = marketplace.Services.GetRequiredService<IKeyManager>().CreateNewKey(activation, activation.AddDays(90)).KeyId;
        var protector = marketplace.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
        await Eventually.Holds(() => KeyOf(protector.Protect([1])) == key, "the new key encrypts");
        return key;
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
