using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.Calls;
using Marketplace.Api.Problems;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.Installations;

/// <summary>Reads what Seller Center sends; throws the problem where it cannot be read.</summary>
internal static class SellerRequest
{
    private const int MaxBodyBytes = 65_536;
    private const int MaxActorLength = 128;

    /// <summary>The body as JSON.</summary>
    public static async Task<T> Body<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (RequestBody.NotJson(context.Request) is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        var body = await RequestBody.Read(context.Request, MaxBodyBytes, context.RequestAborted)
            ?? throw new RequestProblemException(ProblemKinds.BodyTooLarge, $"The body is longer than {MaxBodyBytes} bytes.");
        try
        {
            return JsonSerializer.Deserialize(body.Span, type)
                ?? throw new RequestProblemException(ProblemKinds.BodyInvalid, "The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, $"The body is not the JSON object expected here (at {e.Path ?? "$"}).");
        }
    }

    /// <summary>As <see cref="Body{T}"/>, but an empty body is allowed.</summary>
    public static async Task<T?> OptionalBody<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class => context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0
            ? await Body(context, type)
            : null;

    /// <summary>The installation named by the route.</summary>
    public static InstallationId Installation(HttpContext context)
    {
        var text = $"{context.Request.RouteValues["seller"]}/{context.Request.RouteValues["plugin"]}";
        return InstallationId.TryParse(text, null, out var id)
            ? id
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name an installation: seller/plugin.");
    }

    /// <summary>The seller named by the query.</summary>
    public static SellerId Seller(HttpContext context) => SellerId.TryParse(context.Request.Query["seller"], null, out var seller)
        ? seller
        : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The query must name one seller: ?seller=…");

    /// <summary>Who acts, and by which operation: the idempotency key where one was sent, else one of our own.</summary>
    public static Initiator By(HttpContext context)
    {
        if (!IdempotencyKeys.TryGet(context.Request, out var key))
        {
            throw new RequestProblemException(ProblemKinds.KeyInvalid, "Idempotency-Key must be 1–255 printable ASCII characters, once.");
        }

        var actor = context.Request.Headers["X-Actor"].ToString();
        if (actor.Length > MaxActorLength || actor.Any(char.IsControl))
        {
            throw new RequestProblemException(ProblemKinds.ParameterInvalid, $"X-Actor must be at most {MaxActorLength} printable characters.");
        }

        var client = context.User.Identity?.Name ?? "unknown";
        return new Initiator(actor.Length > 0 ? $"{client}:{actor}" : client, key ?? context.CallId());
    }
}
