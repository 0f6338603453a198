using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;

namespace Marketplace.Api.Http.Paging;

/// <summary>Reads the query of a list that goes by a plain position: trail, notifications, dead letters, findings.</summary>
/// <param name="request">What was sent.</param>
internal sealed class PositionQuery(HttpRequest request) : QueryReader(request, MaxTextLength)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    private const int MaxTextLength = 300;

    /// <summary>How many entries a page has.</summary>
    public int Limit
    {
        get
        {
            var limit = Number("limit", ProblemKinds.ParameterInvalid) ?? DefaultLimit;
            if (limit is < 1 or > MaxLimit)
            {
                Wrong("limit", $"a whole number from 1 to {MaxLimit}");
            }

            return (int)Math.Clamp(limit, 1, MaxLimit);
        }
    }

    /// <summary>The place after which the page begins: what <c>next_cursor</c> of the page before was; null for the first page.</summary>
    public long? Cursor => Number("cursor", "cursor-invalid");

    /// <summary>A whole number; null if none was sent.</summary>
    /// <param name="name">Of the parameter.</param>
    /// <param name="code">Of the problem that answers what is no number.</param>
    public long? Number(string name, string code) => Number(name, ProblemWriter.Plain(code, $"{name} must be a whole number."));
}
