using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;

namespace Marketplace.Api.CatalogueApi;

/// <summary>Reads the query of the catalogue.</summary>
internal static class CatalogueQueryReader
{
    public const int MaxTextLength = 100;
    public const int MaxValues = 20;
    public const int DefaultLimit = 20;

    private const int MaxValueLength = 64;
    private const int MaxCursorLength = 200;

    /// <summary>The orders, as they are named in queries.</summary>
    public static ImmutableArray<string> Sorts { get; } =
    [.. Enum.GetNames<CatalogueSort>().Select(static name => name.ToLowerInvariant())];

    public static Outcome<CatalogueQuery> Read(HttpRequest request)
    {
        var query = new QueryReader(request, MaxCursorLength);
        var sort = Sort(query);
        return query.Result(new CatalogueQuery(Text(query), Filters(query), sort, Place(query, sort), Limit(query)));
    }

    /// <summary>A place in an order, opaque to callers; it grants nothing.</summary>
    public static string Cursor(CatalogueSort sort, CataloguePlace place) =>
        Base64Url.EncodeToString(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)sort}/{place.Major}/{place.Minor}/{place.Plugin}"))
        );

    private static string? Text(QueryReader query)
    {
        var text = query.Text("q");
        if (text?.Length > MaxTextLength)
        {
            query.Wrong("q", $"at most {MaxTextLength} characters");
        }

        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>A value that no plugin has finds nothing; it is no error, because a facet may lose its last plugin at any time.</summary>
    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Filters(QueryReader query)
    {
        var filters = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var facet in CatalogueFacets.All)
        {
            ImmutableArray<string> values = [.. query.Values(facet).OfType<string>().Where(static value => value.Length > 0)];
            if (values.Length > MaxValues || values.Any(static value => value.Length > MaxValueLength))
            {
                query.Wrong(facet, $"given at most {MaxValues} times, with at most {MaxValueLength} characters each");
            }

            if (!values.IsEmpty)
            {
                filters[facet] = values;
            }
        }

        return filters.ToImmutable();
    }

    private static CatalogueSort Sort(QueryReader query)
    {
        var text = query.Text("sort") ?? Sorts[0];
        var sort = Sorts.IndexOf(text);
        if (sort < 0)
        {
            query.Wrong("sort", $"one of {string.Join(", ", Sorts)}");
        }

        return (CatalogueSort)Math.Max(sort, 0);
    }

    private static int Limit(QueryReader query)
    {
        var limit = query.Number("limit") ?? DefaultLimit;
        if (limit is < 1 or > PositionQuery.MaxLimit)
        {
            query.Wrong("limit", $"a whole number from 1 to {PositionQuery.MaxLimit}");
        }

        return (int)Math.Clamp(limit, 1, PositionQuery.MaxLimit);
    }

    private static CataloguePlace? Place(QueryReader query, CatalogueSort sort)
    {
        if (query.Text("cursor") is not { } cursor)
        {
            return null;
        }

        if (
            Decode(cursor) is [var of, var major, var minor, var plugin]
            && of == ((int)sort).ToString(CultureInfo.InvariantCulture)
            && long.TryParse(major, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(minor, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var second)
            && PluginId.TryParse(plugin, null, out _)
        )
        {
            return new CataloguePlace(first, second, plugin);
        }

        query.Refuse(ProblemWriter.Plain("cursor-invalid", "The cursor was not made for this order of the catalogue."));
        return null;
    }

    private static string[] Decode(string cursor) =>
        Base64Url.IsValid(cursor) ? Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('/') : [];
}
