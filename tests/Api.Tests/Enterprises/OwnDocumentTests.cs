using Marketplace.TestKit.Enterprises;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>An owner sees the documents that the shop has uploaded, and every view is a fact (R43, R74).</summary>
public sealed class OwnDocumentTests(TestMarketplace marketplace)
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_owner_gets_the_picture_back_and_each_view_is_recorded()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        (await Client.Link(seller, licence)).OrThrow();
        var picture = Pictures.Colour($"{seller} licence");
        (await Client.Upload(seller, "licence", picture)).OrThrow();

        using var first = await Get(seller, "licence", await Client.UserToken(seller));
        using var second = await Get(seller, "licence", await Client.UserToken(seller));

        Assert.Equal(picture, await first.Content.ReadAsByteArrayAsync(Ended));
        Assert.Equal(("no-store", "image/png"), (first.Headers.CacheControl!.ToString(), first.Content.Headers.ContentType!.MediaType));
        Assert.Equal("attachment", first.Content.Headers.ContentDisposition!.DispositionType);
        var views = (await marketplace.History(licence))
            .Where(fact => fact.GetProperty("type").GetString() == "document-viewed")
            .Select(fact => fact.GetProperty("actor").GetString());
        Assert.Equal(["demo-seller-center:li-lei", "demo-seller-center:li-lei"], views);
    }

    [Fact]
    public async Task Others_of_the_shop_Seller_Center_itself_and_other_shops_get_nothing_and_leave_no_view()
    {
        var (seller, other, licence) = (marketplace.NewSeller(), marketplace.NewSeller(), Licences.New());
        (await Client.Link(seller, licence)).OrThrow();
        (await Client.Link(other, licence)).OrThrow();
        (await Client.Upload(seller, "licence", Pictures.Colour())).OrThrow();

        foreach (var role in new[] { "staff", "finance" })
        {
            (await Answer(seller, "licence", await Client.UserToken(seller, "han-meimei", role))).IsProblem(403, "role-not-allowed");
        }

        (await Answer(seller, "licence", await Client.SellerCenterToken())).IsProblem(403, "role-not-allowed");
        (await Answer(seller, "licence", await Client.UserToken(other))).IsProblem(404, "seller-not-found");
        (await Answer(other, "licence", await Client.UserToken(other))).IsProblem(404, "document-not-found");
        (await Answer(seller, "identity-back", await Client.UserToken(seller))).IsProblem(404, "document-not-found");
        (await Answer(seller, "passport", await Client.UserToken(seller))).IsProblem(400, "parameter-invalid");
        Assert.DoesNotContain(await marketplace.History(licence), fact => fact.GetProperty("type").GetString() == "document-viewed");
    }

    private async Task<Answer> Answer(string seller, string kind, string token)
    {
        using var response = await Get(seller, kind, token);
        return await TestKit.Client.Answer.Read(response);
    }

    private async Task<HttpResponseMessage> Get(string seller, string kind, string token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri($"/seller/v1/enterprise/documents/{kind}?seller={seller}", UriKind.Relative)
        );
        request.Headers.Authorization = new("Bearer", token);
        return await marketplace.Http.SendAsync(request, Ended);
    }
}
