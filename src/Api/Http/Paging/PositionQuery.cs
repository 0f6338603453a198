using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;

namespace Marketplace.Api.Http.Paging;

/// <summary>Reads the query of a list paged by position: trail, notifications, dead letters, findings.</summary>
/// <param name="request">The request.</param>
/// <param name="defaultLimit">The page size if none is sent.</param>
internal sealed class PositionQuery(HttpRequest request, int defaultLimit = PositionQuery.DefaultLimit)
    : QueryReader(request, MaxTextLength)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    private const int MaxTextLength = 300;

    /// <summary>The page size.</summary>
    public int Limit
    {
        get
        {
            var limit = Number("limit", ProblemKinds.ParameterInvalid) ?? defaultLimit;
            if (limit is < 1 or > MaxLimit)
            {
                Wrong("limit", $"a whole number from 1 to {MaxLimit}");
            }

            return (int)Math.Clamp(limit, 1, MaxLimit);
        }
    }

    /// <summary>The position after which the page starts: the previous page's <c>next_cursor</c>; null for the first page.</summary>
    public long? Cursor => Number("cursor", "cursor-invalid");

    /// <summary>A whole number; null if not sent.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="code">Problem code for an invalid number.</param>
    public long? Number(string name, string code) => Number(name, ProblemWriter.Plain(code, $"{name} must be a whole number."));
}
