using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.DeveloperApi;

/// <summary>A plugin's installations with their state, for its client (a token without installation).</summary>
internal static class PluginInstallations
{
    public static void MapPluginInstallations(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/open/v1/installations", List).Takes("limit", "cursor").RequireAuthorization(ClientRoles.PluginClient);

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var plugin = context.CallerPlugin();
        var query = new PositionQuery(context.Request);
        var (limit, cursor) = query.Result((query.Limit, query.Text("cursor"))).OrProblem();
        var place = InstallationCursor.Parse(cursor);
        var shares = PluginSellerShards.KeysOf(plugin).ToArray();
        var (views, after) = (new List<PluginInstallationView>(), place.After);
        for (var share = place.Share; share < shares.Length; share++, after = null)
        {
            var index = grains.GetGrain<IPluginSellersGrain>(shares[share]);
            for (var sellers = await index.ReadPage(after); !sellers.IsEmpty; sellers = await index.ReadPage(after))
            {
                foreach (var seller in sellers)
                {
                    if (views.Count == limit)
                    {
                        return Page(views, new InstallationCursor(share, after).ToString());
                    }

                    after = seller;
                    // The index is written first, so it may list a seller whose enabling failed.
                    if (await SellerEndpoints.Grain(grains, new InstallationId(seller, plugin)).Get(context.RequestAborted) is { } answer)
                    {
                        views.Add(PluginInstallationView.Of(answer));
                    }
                }
            }
        }

        return Page(views, null);
    }

    private static JsonHttpResult<PluginInstallationPage> Page(IReadOnlyList<PluginInstallationView> views, string? next) =>
        TypedResults.Json(new PluginInstallationPage(views, next, next is not null), PluginInstallationJson.Default.PluginInstallationPage);
}

/// <summary>A position in the list: the shard of the plugin's sellers, and the last seller returned from it.</summary>
internal readonly record struct InstallationCursor(int Share, SellerId? After)
{
    private const int MaxLength = 128;

    public static InstallationCursor Parse(string? text)
    {
        if (text is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[MaxLength];
        return
            text.Length <= MaxLength
            && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && Encoding.ASCII.GetString(bytes[..length]).Split(':') is [var share, var seller]
            && int.TryParse(share, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (seller.Length == 0 || SellerId.TryParse(seller, null, out _))
            ? new InstallationCursor(number, seller.Length == 0 ? null : SellerId.Parse(seller, null))
            : throw new RequestProblemException(SyncRefusals.InvalidCursor());
    }

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Share}:{After}")));
}

/// <summary>An installation as its plugin's client sees it.</summary>
/// <param name="Installation">seller/plugin: what a token is bound to.</param>
/// <param name="Seller">The seller.</param>
/// <param name="State">running, paused or auth-expired.</param>
/// <param name="Phase">The state in detail.</param>
/// <param name="ReasonCode">Why it does not run; left out while it runs.</param>
/// <param name="Grants">The scopes that are granted now.</param>
/// <param name="AuthorisationExpiresAt">When the seller's consent ends; left out where there is none.</param>
/// <param name="CreatedAt">When the plugin was first enabled.</param>
internal sealed record PluginInstallationView(
    string Installation,
    string Seller,
    string State,
    string Phase,
    string? ReasonCode,
    ImmutableArray<string> Grants,
    DateTimeOffset? AuthorisationExpiresAt,
    DateTimeOffset CreatedAt
)
{
    public static PluginInstallationView Of(InstallationAnswer answer) =>
        new(
            answer.Id.ToString(),
            answer.Id.Seller.Value,
            InstallationView.StateOf(answer.State.StateAt(answer.At)),
            InstallationStates.NameOf(answer.Phase),
            InstallationStates.ReasonCodeOf(answer.Phase),
            answer.State.GrantsAt(answer.At),
            answer.State.Consent?.ExpiresAt,
            answer.State.CreatedAt
        );
}

internal sealed record PluginInstallationPage(IReadOnlyList<PluginInstallationView> Installations, string? NextCursor, bool HasMore);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PluginInstallationPage))]
internal sealed partial class PluginInstallationJson : JsonSerializerContext;
