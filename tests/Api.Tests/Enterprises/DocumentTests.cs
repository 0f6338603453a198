using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Enterprises;
using Marketplace.TestKit.Enterprises;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>Documents: what is taken, how it lies on disk, who sees it, and what is left of a view (R43).</summary>
public class DocumentTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    private DocumentRenewal Renewal => marketplace.Services.GetRequiredService<DocumentRenewal>();

    [Fact]
    public async Task A_picture_that_reviewers_cannot_work_with_is_refused_and_leaves_no_trace()
    {
        var seller = marketplace.NewSeller();
        (await Client.Link(seller, Licences.New())).OrThrow();
        var before = await LogExports.Take(Client);
        (string Code, byte[] Picture, string Type)[] refused =
        [
            ("document-type-invalid", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), "image/png"),
            ("document-type-invalid", [], "image/png"),
            ("document-type-invalid", "GIF89a"u8.ToArray(), "image/jpeg"),
            ("document-resolution-too-low", Pictures.Colour(width: 999, height: 700), "image/png"),
            ("document-resolution-too-low", Pictures.Colour(width: 1_200, height: 599), "image/png"),
            ("document-too-many-pixels", Pictures.Claiming(60_000, 60_000), "image/png"),
            ("document-damaged", Pictures.Claiming(1_200, 800), "image/png"),
            ("document-damaged", Pictures.Truncated(), "image/png"),
            ("document-not-colour", Pictures.Grey(), "image/png"),
        ];

        foreach (var (code, picture, type) in refused)
        {
            (await Client.Upload(seller, "licence", picture, type)).IsProblem(422, code);
        }

        (await Client.Upload(seller, "licence", Pictures.Colour(), "application/pdf")).IsProblem(415, "media-type-unsupported");
        (await Client.Upload(seller, "licence", new byte[(4 * 1024 * 1024) + 1])).IsProblem(413, "body-too-large");
        (await Client.Upload(seller, "passport", Pictures.Colour())).IsProblem(400, "parameter-invalid");
        (await Client.Upload(marketplace.NewSeller(), "licence", Pictures.Colour())).IsProblem(404, "enterprise-not-found");
        Assert.Equal(before, await LogExports.Take(Client));
    }

    [Fact]
    public async Task A_picture_is_what_its_contents_say_and_not_its_header()
    {
        var seller = marketplace.NewSeller();
        (await Client.Link(seller, Licences.New())).OrThrow();

        var document = (await Client.Upload(seller, "licence", Pictures.Colour(), "image/jpeg")).OrThrow().Json;

        Assert.Equal(("licence", "image/png", 1_100, 700), (Text(document, "kind"), Text(document, "media_type"), document.GetProperty("width").GetInt32(), document.GetProperty("height").GetInt32()));
    }

    [Fact]
    public async Task A_JPEG_is_judged_like_a_PNG()
    {
        var seller = marketplace.NewSeller();
        (await Client.Link(seller, Licences.New())).OrThrow();
        var colour = Jpeg(Pictures.Colour());

        (await Client.Upload(seller, "licence", Jpeg(Pictures.Grey()), "image/jpeg")).IsProblem(422, "document-not-colour");
        (await Client.Upload(seller, "licence", colour[..(colour.Length / 2)], "image/jpeg")).IsProblem(422, "document-damaged");
        Assert.Equal("image/jpeg", Text((await Client.Upload(seller, "licence", colour, "image/jpeg")).OrThrow().Json, "media_type"));
    }

    [Fact]
    public async Task What_is_on_disk_is_ciphertext()
    {
        var (seller, licence, marker) = (marketplace.NewSeller(), Licences.New(), "HolderOfTheIdentityCard");
        var picture = Pictures.Colour(marker);
        (await Client.Link(seller, licence)).OrThrow();
        (await Client.Upload(seller, "identity-front", picture)).OrThrow();

        var files = Files();

        // That the search finds what is there: the facts are not secret, and the ciphertext is in its file.
        Assert.Contains(files, file => Holds(file.Bytes, Encoding.UTF8.GetBytes(licence)));
        Assert.Contains(files, file => file.Name.StartsWith("documents.db", StringComparison.Ordinal) && file.Bytes.Length > picture.Length);
        foreach (var piece in new[] { Encoding.UTF8.GetBytes(marker), picture[..33], picture[200..264], picture[^64..] })
        {
            Assert.DoesNotContain(files, file => Holds(file.Bytes, piece));
        }
    }

    [Fact]
    public async Task A_reviewer_sees_what_was_uploaded_and_each_view_is_a_fact_before_it_is_an_answer()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await View(licence, "licence")).Answer.IsProblem(409, "document-not-under-review");
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        (await View(licence, "licence", "reviewer-two")).Answer.IsProblem(409, "document-not-under-review");

        foreach (var kind in EnterpriseCalls.Documents)
        {
            var (answer, bytes, headers) = await View(licence, kind);
            Assert.Equal(200, (int)answer.Status);
            Assert.Equal(Pictures.Colour($"{seller} {kind}"), bytes);
            Assert.Equal("image/png", answer.ContentType);
            Assert.Equal(("nosniff", "no-store"), (headers.GetValues("X-Content-Type-Options").Single(), headers.CacheControl!.ToString()));
        }

        // A key makes no difference: the second look with it is a second fact.
        Assert.Equal(200, (int)(await View(licence, "licence", key: "look-1")).Answer.Status);
        Assert.Equal(200, (int)(await View(licence, "licence", key: "look-1")).Answer.Status);
        var views = (await History(licence)).Where(fact => Text(fact, "type") == "document-viewed").ToList();
        Assert.Equal(["licence", "identity-front", "identity-back", "licence", "licence"], views.Select(fact => Text(fact.GetProperty("detail"), "document")));
        Assert.All(views, fact => Assert.Equal("demo-entity-reviewer:reviewer-one", Text(fact, "actor")));
        (await Client.Decide(licence, "approve", new { })).OrThrow();
        (await View(licence, "licence", key: "look-1")).Answer.IsProblem(409, "document-not-under-review");
    }

    [Fact]
    public async Task Each_view_is_in_the_trail_of_the_shop_and_in_no_other_shops()
    {
        var (seller, other, licence) = (marketplace.NewSeller(), marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        Assert.Equal(200, (int)(await View(licence, "identity-front")).Answer.Status);
        (await Client.Link(other, licence)).OrThrow();

        // The other shop's entry comes after the view in the same stream: when it is there, the view would be, too.
        await Trail(other, "shop-added");
        var views = await Trail(seller, "document-viewed");

        Assert.Equal(("demo-entity-reviewer:reviewer-one", "entity-reviewer"), (Text(Assert.Single(views), "actor"), Text(views[0], "role")));
        Assert.Empty(await Entries(other, "document-viewed"));
    }

    [Fact]
    public async Task Nobody_but_an_entity_reviewer_sees_a_document_and_a_refused_look_leaves_no_view()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        var before = await LogExports.Take(Client);
        string[] tokens =
        [
            await Client.SellerCenterToken(),
            await Client.UserToken(seller),
            await Client.OperatorToken(),
            await Client.PlatformToken(),
            await Client.PluginToken(Client.Demo.Installations[0]),
            await Client.Token(Client.Demo.Client("demo-security-reviewer")),
            await Client.Token(Client.Demo.Client("demo-business-reviewer")),
        ];

        foreach (var token in tokens)
        {
            foreach (var path in new[] { $"documents/identity-front", "", "claim", "approve" })
            {
                var method = path is "claim" or "approve" ? HttpMethod.Post : HttpMethod.Get;
                (await Client.Send(method, $"/review/v1/entities/{licence}/{path}".TrimEnd('/'), token)).IsProblem(403, "role-forbidden");
            }
        }

        Assert.Equal(before, await LogExports.Take(Client));
    }

    [Fact]
    public async Task A_new_key_encrypts_what_comes_and_reads_what_was_there_before_and_puts_it_under_itself()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        var now = TimeProvider.System.GetUtcNow();
        var first = await NewKey(now.AddSeconds(-2));
        await Client.HandIn(seller, licence);
        var before = await Stored(licence);
        Assert.All(before, file => Assert.Equal(first, KeyOf(file)));

        var second = await NewKey(now.AddSeconds(-1));
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        Assert.Equal(Pictures.Colour($"{seller} licence"), (await View(licence, "licence")).Bytes);
        marketplace.Services.GetRequiredService<IKeyManager>().RevokeKey(first, "test");

        Assert.Equal(Pictures.Colour($"{seller} identity-front"), (await View(licence, "identity-front")).Bytes);
        Assert.Equal(Pictures.Colour($"{seller} licence"), (await View(licence, "licence")).Bytes);
        Assert.Equal(2, (await History(licence)).Count(fact => Text(fact, "type") == "document-file-replaced"));
        var after = await Stored(licence);
        Assert.Equal((3, 2), (after.Count, after.Count(file => KeyOf(file) == second)));

        // What nobody looked at is found by the round that all documents are looked through in.
        Assert.True(await Renewal.Sweep(TestContext.Current.CancellationToken) >= 1);
        Assert.All(await Stored(licence), file => Assert.Equal(second, KeyOf(file)));
        Assert.Equal(0, await Renewal.Sweep(TestContext.Current.CancellationToken));
        Assert.Equal(Pictures.Colour($"{seller} identity-back"), (await View(licence, "identity-back")).Bytes);
    }

    [Fact]
    public async Task A_ciphertext_that_no_fact_names_is_removed_in_the_second_round_and_one_of_another_place_does_not_open()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        var store = marketplace.Services.GetRequiredService<Marketplace.Grains.Enterprises.IDocumentStore>();
        var ids = (await store.List($"{licence}/", 3, TestContext.Current.CancellationToken)).ToArray();
        await store.Put($"{licence}/{seller}/licence/left-behind", "x"u8.ToArray(), TestContext.Current.CancellationToken);
        await Renewal.Sweep(TestContext.Current.CancellationToken);
        Assert.Equal(4, (await Stored(licence)).Count);
        await Renewal.Sweep(TestContext.Current.CancellationToken);
        Assert.Equal(3, (await Stored(licence)).Count);

        // Somebody with hands on the store swaps one document for another.
        var (back, front) = (ids.Single(id => id.Contains("identity-back", StringComparison.Ordinal)), ids.Single(id => id.Contains("identity-front", StringComparison.Ordinal)));
        var other = (await store.Read(back, TestContext.Current.CancellationToken))!.Value;
        await store.Delete(front, TestContext.Current.CancellationToken);
        await store.Put(front, other, TestContext.Current.CancellationToken);

        Assert.Equal("document-unreadable", (await View(licence, "identity-front")).Answer.ProblemCode);
    }

    [Fact]
    public async Task A_repeated_upload_answers_as_the_first_did_and_only_one_ciphertext_is_kept()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        (await Client.Link(seller, licence)).OrThrow();
        var first = (await Client.Upload(seller, "licence", Pictures.Colour(), key: "upload-1")).OrThrow();

        Assert.Equal(first.Text, (await Client.Upload(seller, "licence", Pictures.Colour(), key: "upload-1")).OrThrow().Text);
        (await Client.Upload(seller, "identity-back", Pictures.Colour(), key: "upload-1")).IsProblem(422, "idempotency-key-reused");
        Assert.Single(await Stored(licence));
        (await Client.Upload(seller, "licence", Pictures.Colour("another"))).OrThrow();

        Assert.Single(await Stored(licence));
    }

    private async Task<(Answer Answer, byte[] Bytes, HttpResponseHeaders Headers)> View(
        string licence, string kind, string reviewer = "reviewer-one", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/review/v1/entities/{licence}/documents/{kind}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Client.EntityReviewerToken());
        request.Headers.Add("X-Actor", reviewer);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (await Answer.Read(response), await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers);
    }

    private async Task<IReadOnlyList<JsonElement>> Entries(string seller, string type) =>
        [.. (await Client.Send(HttpMethod.Get, $"/seller/v1/audit?seller={seller}&type={type}", await Client.SellerCenterToken())).OrThrow().Json.GetProperty("entries").EnumerateArray()];

    private async Task<IReadOnlyList<JsonElement>> Trail(string seller, string type)
    {
        while (true)
        {
            if (await Entries(seller, type) is { Count: > 0 } found)
            {
                return found;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static byte[] Jpeg(byte[] png)
    {
        using var image = SKImage.FromEncodedData(png);
        using var jpeg = image.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }

    private async Task<IReadOnlyList<JsonElement>> History(string licence) =>
        [.. (await Client.Review(licence)).OrThrow().Json.GetProperty("history").EnumerateArray()];

    private async Task<IReadOnlyList<byte[]>> Stored(string licence)
    {
        var store = marketplace.Services.GetRequiredService<Marketplace.Grains.Enterprises.IDocumentStore>();
        var stored = new List<byte[]>();
        foreach (var id in await store.List($"{licence}/", 100, TestContext.Current.CancellationToken))
        {
            if (id.StartsWith(licence, StringComparison.Ordinal))
            {
                stored.Add((await store.Read(id, TestContext.Current.CancellationToken))!.Value.ToArray());
            }
        }

        return stored;
    }

    // A protected payload names its key behind a magic header of four bytes.
    private static Guid KeyOf(byte[] ciphertext) => new(ciphertext.AsSpan(4, 16));

    /// <summary>Makes a key and waits until it encrypts: processes take it over in the background.</summary>
    private async Task<Guid> NewKey(DateTimeOffset activation)
    {
        var key = marketplace.Services.GetRequiredService<IKeyManager>().CreateNewKey(activation, activation.AddDays(90)).KeyId;
        var protector = marketplace.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
        while (KeyOf(protector.Protect([1])) != key)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return key;
    }

    private IReadOnlyList<(string Name, byte[] Bytes)> Files() =>
        [.. Directory.EnumerateFiles(marketplace.DataFolder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).Select(Read)];

    private static (string Name, byte[] Bytes) Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return (Path.GetFileName(path), bytes[..read]);
    }

    private static bool Holds(byte[] bytes, byte[] piece) => bytes.AsSpan().IndexOf(piece) >= 0;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
