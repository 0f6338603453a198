using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.PlatformApi;

/// <summary>Operators' lists of plugins, and of the installations of one (role operator).</summary>
internal static class OperatorLists
{
    public static void MapOperatorLists(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("plugins", ListPlugins).Takes("q", "state", "limit", "cursor").WithSummary("All plugins, by id.");
        group
            .MapGet("installations", ListInstallations)
            .Takes("plugin", "limit", "cursor")
            .WithSummary("The installations of one plugin, a page at a time.");
    }

    private static async Task<IResult> ListPlugins(HttpContext context, IGrainFactory grains)
    {
        var query = new PositionQuery(context.Request);
        var (text, state, after) = (query.Text("q"), query.Text("state"), query.Text("cursor"));
        if (state is not (null or PluginLine.Certified or PluginLine.NotCertified))
        {
            query.Wrong("state", $"{PluginLine.Certified} or {PluginLine.NotCertified}");
        }

        if (after is not null && !PluginId.TryParse(after, null, out _))
        {
            query.Refuse(BadCursor);
        }

        var limit = query.Result(query.Limit).OrProblem();
        var all = await grains.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).List(context.RequestAborted);
        PluginLine[] found =
        [
            .. all.Where(plugin => after is null || string.CompareOrdinal(plugin.Plugin.Value, after) > 0)
                .OrderBy(plugin => plugin.Plugin.Value, StringComparer.Ordinal)
                .Select(PluginLine.Of)
                .Where(line => line.Matches(text, state))
                .Take(limit + 1),
        ];
        var more = found.Length > limit;
        return TypedResults.Json(
            new PluginLines([.. found.Take(limit)], more ? found[limit - 1].Plugin : null, more),
            OperatorListJson.Readable.PluginLines
        );
    }

    /// <summary>
    /// The sellers of a plugin are rows in shards, read one after the other; only the installations of the page are asked for their state.
    /// </summary>
    private static async Task<IResult> ListInstallations(HttpContext context, IGrainFactory grains)
    {
        var query = new PositionQuery(context.Request);
        var plugin = query.Required<PluginId>("plugin", "The query must name one plugin: ?plugin=…");
        var (shard, after) = Place(query);
        var limit = query.Result(query.Limit).OrProblem();
        string[] shards = [.. PluginSellerShards.KeysOf(plugin)];
        var found = new List<(int Shard, SellerId Seller)>();
        for (; shard < shards.Length && found.Count <= limit; after = null, shard++)
        {
            ImmutableArray<SellerId> page;
            do
            {
                page = await grains.GetGrain<IPluginSellersGrain>(shards[shard]).ReadPage(after);
                found.AddRange(page.Select(seller => (shard, seller)));
                after = page.IsEmpty ? null : page[^1];
            } while (!page.IsEmpty && found.Count <= limit);
        }

        var answers = await Task.WhenAll(
            found
                .Take(limit)
                .Select(place => SellerEndpoints.Grain(grains, new InstallationId(place.Seller, plugin)).Get(context.RequestAborted))
        );
        var more = found.Count > limit;
        return TypedResults.Json(
            new InstallationList(
                [.. answers.OfType<InstallationAnswer>().Select(InstallationView.Of)],
                more ? FormattableString.Invariant($"{found[limit - 1].Shard}.{found[limit - 1].Seller}") : null,
                more
            ),
            SellerApiJson.Readable.InstallationList
        );
    }

    private static Refusal BadCursor =>
        ProblemWriter.Plain("cursor-invalid", "The cursor is not one of this list: send next_cursor as it is.");

    private static (int Shard, SellerId? After) Place(PositionQuery query)
    {
        if (query.Text("cursor")?.Split('.', 2) is not { } parts)
        {
            return (0, null);
        }

        if (
            parts is [var number, var text]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
            && SellerId.TryParse(text, null, out var seller)
        )
        {
            return (shard, seller);
        }

        query.Refuse(BadCursor);
        return (0, null);
    }
}

internal sealed record PluginLines(IReadOnlyList<PluginLine> Plugins, string? NextCursor, bool HasMore);

/// <summary>One plugin in an operator's list.</summary>
internal sealed record PluginLine(string Plugin, string Name, string State, DateTimeOffset? CertifiedSince, string? Schema)
{
    public const string Certified = "certified";
    public const string NotCertified = "not-certified";

    public static PluginLine Of(PluginStatus plugin) =>
        new(
            plugin.Plugin.Value,
            plugin.Name,
            plugin.CertifiedSince is null ? NotCertified : Certified,
            plugin.CertifiedSince,
            plugin.Pinned
        );

    /// <summary>True if id or name contains the text, and the state is the one asked for.</summary>
    public bool Matches(string? text, string? state) =>
        (state is null || State == state)
        && (
            text is null
            || Plugin.Contains(text, StringComparison.OrdinalIgnoreCase)
            || Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PluginLines))]
internal sealed partial class OperatorListJson : JsonSerializerContext
{
    public static OperatorListJson Readable => field ??= new(Default.Options.Readable());
}
