using System.Text;
using System.Text.Json;
using Marketplace.Enterprises;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.TestKit;
using Marketplace.TestKit.Enterprises;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>Documents: what is taken, how it lies on disk, who sees it, and what is left of a view (R43).</summary>
public class DocumentTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_picture_that_reviewers_cannot_work_with_is_refused_and_leaves_no_trace()
    {
        var seller = marketplace.NewSeller();
        (await Client.Link(seller, Licences.New())).OrThrow();
        var before = await LogExports.ReadAll(Client);
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
        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task A_picture_is_what_its_contents_say_and_not_its_header()
    {
        var seller = marketplace.NewSeller();
        (await Client.Link(seller, Licences.New())).OrThrow();

        var document = (await Client.Upload(seller, "licence", Pictures.Colour(), "image/jpeg")).OrThrow().Json;

        Assert.Equal(
            ("licence", "image/png", 1_100, 700),
            (
                Text(document, "kind"),
                Text(document, "media_type"),
                document.GetProperty("width").GetInt32(),
                document.GetProperty("height").GetInt32()
            )
        );
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
    public async Task A_key_that_an_earlier_release_used_for_another_document_is_refused_and_keeps_no_picture()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        (await Client.Link(seller, licence)).OrThrow();
        (await Client.Upload(seller, "identity-front", Pictures.Colour())).OrThrow();
        await UploadAgainAsBefore(licence, "old-key");
        // With its first command the grain finds that it is stale, and starts from what is written.
        await Eventually.Holds(
            async () => (int)(await Client.Upload(seller, "identity-back", Pictures.Colour())).Status == 200,
            "the grain reads the fact"
        );
        var stored = (await marketplace.Stored(licence)).Count;

        (await Client.Upload(seller, "licence", Pictures.Colour(), key: "old-key")).IsProblem(422, "idempotency-key-reused");

        Assert.Equal(stored, (await marketplace.Stored(licence)).Count);
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
        Assert.Contains(files, file =>
            file.Name.StartsWith("documents.db", StringComparison.Ordinal) && file.Bytes.Length > picture.Length
        );
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
        (await marketplace.View(licence, "licence")).Answer.IsProblem(409, "document-not-under-review");
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        (await marketplace.View(licence, "licence", "reviewer-two")).Answer.IsProblem(409, "document-not-under-review");

        foreach (var kind in EnterpriseCalls.Documents)
        {
            var (answer, bytes, headers) = await marketplace.View(licence, kind);
            Assert.Equal(200, (int)answer.Status);
            Assert.Equal(Pictures.Colour($"{seller} {kind}"), bytes);
            Assert.Equal("image/png", answer.ContentType);
            Assert.Equal(("nosniff", "no-store"), (headers.GetValues("X-Content-Type-Options").Single(), headers.CacheControl!.ToString()));
        }

        // A key makes no difference: the second look with it is a second fact.
        Assert.Equal(200, (int)(await marketplace.View(licence, "licence", key: "look-1")).Answer.Status);
        Assert.Equal(200, (int)(await marketplace.View(licence, "licence", key: "look-1")).Answer.Status);
        var views = (await marketplace.History(licence)).Where(fact => Text(fact, "type") == "document-viewed").ToList();
        Assert.Equal(
            ["licence", "identity-front", "identity-back", "licence", "licence"],
            views.Select(fact => Text(fact.GetProperty("detail"), "document"))
        );
        Assert.All(views, fact => Assert.Equal("demo-entity-reviewer:reviewer-one", Text(fact, "actor")));
        (await Client.Decide(licence, "approve", new { })).OrThrow();
        (await marketplace.View(licence, "licence", key: "look-1")).Answer.IsProblem(409, "document-not-under-review");
    }

    [Fact]
    public async Task Each_view_is_in_the_trail_of_the_shop_and_in_no_other_shops()
    {
        var (seller, other, licence) = (marketplace.NewSeller(), marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        Assert.Equal(200, (int)(await marketplace.View(licence, "identity-front")).Answer.Status);
        (await Client.Link(other, licence)).OrThrow();

        // The other shop's entry comes after the view in the same stream: when it is there, the view would be, too.
        await Trail(other, "shop-added");
        var views = await Trail(seller, "document-viewed");

        Assert.Equal(
            ("demo-entity-reviewer:reviewer-one", "entity-reviewer"),
            (Text(Assert.Single(views), "actor"), Text(views[0], "role"))
        );
        Assert.Empty(await Entries(other, "document-viewed"));
    }

    [Fact]
    public async Task Nobody_but_an_entity_reviewer_sees_a_document_and_a_refused_look_leaves_no_view()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        var before = await LogExports.ReadAll(Client);
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

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    private async Task<IReadOnlyList<JsonElement>> Entries(string seller, string type) =>
        [
            .. (await Client.Send(HttpMethod.Get, $"/seller/v1/audit?seller={seller}&type={type}", await Client.SellerCenterToken()))
                .OrThrow()
                .Json.GetProperty("entries")
                .EnumerateArray(),
        ];

    private Task<IReadOnlyList<JsonElement>> Trail(string seller, string type) =>
        Eventually.Get(() => Entries(seller, type), found => found.Count > 0, $"{type} in the trail");

    /// <summary>Repeats the last fact under another key, as releases wrote it that kept no fingerprint of the command.</summary>
    private async Task UploadAgainAsBefore(string licence, string key)
    {
        var journal = marketplace.Services.GetRequiredService<IJournal>();
        var ended = TestContext.Current.CancellationToken;
        JournalFact? last = null;
        await foreach (var fact in journal.Read(GrainKeys.Of(Licence.Parse(licence, null)), 0, ended))
        {
            last = fact;
        }

        var next = JournalFact.Following(
            last,
            last!.Entity,
            OperationId.Parse(key),
            last.Actor,
            last.At,
            last.Type,
            last.Payload,
            last.Address,
            last.Role
        );
        Assert.True(await journal.Append([next], ended));
    }

    private static byte[] Jpeg(byte[] png)
    {
        using var image = SKImage.FromEncodedData(png);
        using var jpeg = image.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }

    private IReadOnlyList<(string Name, byte[] Bytes)> Files() =>
        [
            .. Directory
                .EnumerateFiles(marketplace.DataFolder, "*", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))
                .Select(Read),
        ];

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
