using Marketplace.TestKit.Enterprises;

namespace Marketplace.TestKit.Client;

/// <summary>What a shop and the entity reviewers do about an enterprise (docs/api/sellers.md, reviewers.md).</summary>
public static class EnterpriseCalls
{
    private const string Base = "/seller/v1/enterprise";

    /// <summary>The three documents that are asked for.</summary>
    public static IReadOnlyList<string> Documents { get; } = ["licence", "identity-front", "identity-back"];

    /// <summary>
    /// Brings a shop's enterprise to approved: names it, uploads, submits, claims, approves. A further shop of a verified enterprise is
    /// accepted.
    /// </summary>
    /// <returns>The licence.</returns>
    public static async Task<string> ApproveEnterprise(this MarketplaceClient client, string seller, string? licence = null)
    {
        licence ??= Licences.New();
        await client.HandIn(seller, licence);
        var state = (await client.Review(licence)).OrThrow().Json;
        if (state.GetProperty("state").GetString() == "approved")
        {
            (await client.Decide(licence, $"shops/{seller}/approve", new { })).OrThrow();
            return licence;
        }

        (await client.Decide(licence, "claim", new { })).OrThrow();
        (await client.Decide(licence, "approve", new { })).OrThrow();
        return licence;
    }

    /// <summary>Names the enterprise, uploads three documents, and submits.</summary>
    public static async Task<Answer> HandIn(this MarketplaceClient client, string seller, string licence)
    {
        (await client.Link(seller, licence)).OrThrow();
        foreach (var kind in Documents)
        {
            (await client.Upload(seller, kind, Pictures.Colour($"{seller} {kind}"))).OrThrow();
        }

        return (await client.Submit(seller)).OrThrow();
    }

    public static async Task<Answer> Link(this MarketplaceClient client, string seller, string licence) =>
        await client.Send(HttpMethod.Post, Base, await client.SellerCenterToken(), new { seller, licence }, MarketplaceClient.NewKey());

    public static async Task<Answer> Enterprise(this MarketplaceClient client, string seller) =>
        await client.Send(HttpMethod.Get, $"{Base}?seller={seller}", await client.SellerCenterToken());

    public static async Task<Answer> Upload(
        this MarketplaceClient client,
        string seller,
        string kind,
        byte[] picture,
        string type = "image/png",
        string? key = null
    ) =>
        await client.SendBytes(
            HttpMethod.Put,
            $"{Base}/documents/{kind}?seller={seller}",
            await client.SellerCenterToken(),
            picture,
            type,
            key ?? MarketplaceClient.NewKey()
        );

    public static async Task<Answer> Submit(this MarketplaceClient client, string seller) =>
        await client.Send(HttpMethod.Post, $"{Base}/submit", await client.SellerCenterToken(), new { seller }, MarketplaceClient.NewKey());

    /// <summary>Binds or unbinds a sub-account.</summary>
    public static async Task<Answer> SubAccount(
        this MarketplaceClient client,
        HttpMethod method,
        string seller,
        string plugin,
        string account
    ) =>
        await client.Send(
            method,
            $"{Base}/sub-accounts/{account}?seller={seller}&plugin={plugin}",
            await client.SellerCenterToken(),
            null,
            MarketplaceClient.NewKey()
        );

    /// <summary>The token of a user who is not the owner, with the account bound to the installation's plugin.</summary>
    public static async Task<string> BoundToken(this MarketplaceClient client, string installation, string user, string role)
    {
        var (seller, plugin) = (installation.Split('/')[0], installation.Split('/')[1]);
        if (role != "owner")
        {
            (await client.SubAccount(HttpMethod.Put, seller, plugin, user)).OrThrow();
        }

        return await client.UserToken(seller, user, role);
    }

    /// <summary>Applies for more sub-accounts as the shop's owner.</summary>
    public static async Task<Answer> Apply(this MarketplaceClient client, string seller, string plugin, int wanted) =>
        await client.Send(
            HttpMethod.Post,
            $"{Base}/sub-account-applications",
            await client.UserToken(seller),
            new
            {
                seller,
                plugin,
                wanted,
                reason = "a second warehouse",
            },
            MarketplaceClient.NewKey()
        );

    /// <summary>The enterprise as the reviewers see it.</summary>
    public static async Task<Answer> Review(this MarketplaceClient client, string licence) =>
        await client.Send(HttpMethod.Get, $"/review/v1/entities/{licence}", await client.EntityReviewerToken());

    /// <summary>What a reviewer does with an item.</summary>
    /// <param name="client">The client.</param>
    /// <param name="licence">The item.</param>
    /// <param name="decision">Last part of the path, for example <c>claim</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="reviewer">The person at the reviewers' desk.</param>
    public static Task<Answer> Decide(
        this MarketplaceClient client,
        string licence,
        string decision,
        object body,
        string reviewer = "reviewer-one"
    ) => client.Reviewer(HttpMethod.Post, $"/review/v1/entities/{licence}/{decision}", body, reviewer);

    /// <summary>Any request of a reviewer, any answer.</summary>
    public static async Task<Answer> Reviewer(
        this MarketplaceClient client,
        HttpMethod method,
        string path,
        object? body = null,
        string reviewer = "reviewer-one"
    ) =>
        await client.SendAs(
            reviewer,
            method,
            path,
            await client.EntityReviewerToken(),
            body,
            method == HttpMethod.Get ? null : MarketplaceClient.NewKey()
        );
}
