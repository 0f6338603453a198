using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.CatalogueApi;

/// <summary>
/// The public catalogue of plugins (R02, R26, R31, R32, R36, R37); with a seller's token also whether the seller has them.
/// </summary>
internal static class CatalogueEndpoints
{
    /// <summary>An answer may be kept, but must be asked for again: the catalogue is fresh within a second.</summary>
    private const string Public = "public, no-cache";

    private const string Private = "private, no-cache";

    public static void MapCatalogue(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/catalogue/v1").AllowAnonymous().WithTags("Catalogue");
        group
            .MapGet("plugins", List)
            .Takes("q", "sort", "seller", "limit", "cursor")
            .Takes([.. CatalogueFacets.All])
            .WithSummary("Searches the plugins, with counts of all facets.")
            .Bounded(HeavyKind.CatalogueSearch);
        group.MapGet("plugins/{plugin}", Get).Takes("seller").WithSummary("One plugin with all that is known of it.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var query = CatalogueQueryReader.Read(context.Request).OrProblem();
        var seller = await Seller(context);
        var known = seller is null ? KnownRevision(context) : 0;
        var page = await Catalogue(grains).Search(query with { Known = known }, context.RequestAborted);
        if (seller is null)
        {
            context.Response.Headers.CacheControl = Public;
            context.Response.GetTypedHeaders().ETag = TagOf(context, page.Revision);
        }

        if (page.Revision == known)
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var states = await States(context, grains, seller, page.Items.Select(item => item.Entry.Plugin));
        return TypedResults.Json(
            new CatalogueListView(
                [.. page.Items.Select(item => CatalogueCardView.Of(item, states.GetValueOrDefault(item.Entry.Plugin)))],
                page.Total,
                FacetsOf(page.Facets),
                page.Next is { } next ? CatalogueQueryReader.Cursor(query.Sort, next) : null
            ),
            CatalogueApiJson.Readable.CatalogueListView
        );
    }

    private static async Task<IResult> Get(string plugin, HttpContext context, IGrainFactory grains)
    {
        var seller = await Seller(context);
        var item = PluginId.TryParse(plugin, null, out var id) ? await Catalogue(grains).Get(id, context.RequestAborted) : null;
        if (item is null)
        {
            throw new RequestProblemException(ProblemKinds.NotFound, "There is no such plugin in the catalogue.");
        }

        var states = await States(context, grains, seller, [id]);
        context.Response.Headers.CacheControl = seller is null ? Public : Private;
        return TypedResults.Json(CatalogueDetailView.Of(item, states.GetValueOrDefault(id)), CatalogueApiJson.Readable.CatalogueDetailView);
    }

    /// <summary>The revision of the answer to this query that the caller has; 0 without one.</summary>
    private static long KnownRevision(HttpContext context)
    {
        foreach (var known in context.Request.GetTypedHeaders().IfNoneMatch)
        {
            var digits = known.Tag.AsSpan().Trim('"');
            var end = digits.IndexOf('-');
            if (
                end > 0
                && long.TryParse(digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
                && known.Compare(TagOf(context, revision), useStrongComparison: false)
            )
            {
                return revision;
            }
        }

        return 0;
    }

    private static EntityTagHeaderValue TagOf(HttpContext context, long revision)
    {
        var query = SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.QueryString.Value ?? string.Empty)).AsSpan(0, 8);
        return new EntityTagHeaderValue(
            string.Create(CultureInfo.InvariantCulture, $"\"{revision}-{Convert.ToHexStringLower(query)}\""),
            isWeak: true
        );
    }

    /// <summary>The seller that a token is asked for; null for a question of anybody.</summary>
    private static async Task<SellerId?> Seller(HttpContext context)
    {
        if (!context.Request.Query.ContainsKey("seller"))
        {
            return null;
        }

        var tokens = context.RequestServices.GetRequiredService<TokenAuthenticator>();
        var token = await tokens.Authenticate(context.Request.Headers.Authorization, context.RequestAborted);
        var caller = token.Caller ?? throw new RequestProblemException(token.Code, TokenProblems.Detail(token.Code));
        if (caller.Role is not (ClientRoles.SellerCenter or ClientRoles.SellerUser))
        {
            throw new RequestProblemException(ProblemKinds.RoleForbidden, "What concerns a seller is for Seller Center and its users.");
        }

        context.Features.Set(caller);
        context.Response.Headers.CacheControl = Private;
        return SellerRequest.Seller(context);
    }

    /// <summary>The states of the seller's installations of the plugins; of a plugin that it never enabled there is none.</summary>
    private static async Task<ImmutableDictionary<PluginId, string>> States(
        HttpContext context,
        IGrainFactory grains,
        SellerId? seller,
        IEnumerable<PluginId> plugins
    )
    {
        if (seller is not { } id)
        {
            return ImmutableDictionary<PluginId, string>.Empty;
        }

        var enabled = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(id)).GetPlugins(context.RequestAborted);
        var shown = await SubAccountGate.Among(context, grains, id, enabled.Intersect(plugins));
        var answers = await Task.WhenAll(
            shown.Select(plugin => SellerEndpoints.Grain(grains, new InstallationId(id, plugin)).Get(context.RequestAborted))
        );
        return answers
            .OfType<InstallationAnswer>()
            .Select(InstallationView.Of)
            .ToImmutableDictionary(view => PluginId.Parse(view.Plugin, null), view => view.State);
    }

    private static SortedDictionary<string, IReadOnlyDictionary<string, int>> FacetsOf(ImmutableArray<FacetCount> counts)
    {
        var facets = new SortedDictionary<string, IReadOnlyDictionary<string, int>>(StringComparer.Ordinal);
        foreach (var facet in CatalogueFacets.All)
        {
            facets[facet] = new Dictionary<string, int>(
                counts.Where(row => row.Facet == facet).Select(row => KeyValuePair.Create(row.Value, row.Count)),
                StringComparer.Ordinal
            );
        }

        return facets;
    }

    private static ICatalogueGrain Catalogue(IGrainFactory grains) => grains.GetGrain<ICatalogueGrain>(GrainKeys.Catalogue());
}
