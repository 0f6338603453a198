using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Rounds;
using Marketplace.Sellers;

namespace Marketplace.Api.Http.Requests;

/// <summary>Reads Seller Center's requests; throws the problem of an unreadable one.</summary>
internal static class SellerRequest
{
    private const int MaxBodyBytes = 65_536;
    private const int MaxActorLength = 128;

    /// <summary>The body as JSON.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">The expected type.</param>
    /// <param name="limit">Maximum bytes.</param>
    public static async Task<T> Body<T>(HttpContext context, JsonTypeInfo<T> type, int limit = MaxBodyBytes)
    {
        if (RequestBody.NotJson(context.Request) is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        var body = await RequestBody.Read(context.Request, limit, context.RequestAborted)
            ?? throw new RequestProblemException(RequestBody.TooLong(limit));
        if (JsonInput.HoldsNul(body.Span))
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, "The body must not hold the character U+0000.");
        }

        try
        {
            return JsonSerializer.Deserialize(body.Span, type)
                ?? throw new RequestProblemException(ProblemKinds.BodyInvalid, "The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"The body is not the JSON object expected here (at {e.Path ?? "$"})."
            );
        }
    }

    /// <summary>Like <see cref="Body{T}"/>, but allows an empty body.</summary>
    public static async Task<T?> OptionalBody<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class =>
        context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0 ? await Body(context, type) : null;

    /// <summary>The installation in the route. For a user's token those of other sellers do not exist.</summary>
    public static InstallationId Installation(HttpContext context)
    {
        var text = $"{context.Request.RouteValues["seller"]}/{context.Request.RouteValues["plugin"]}";
        return InstallationId.TryParse(text, null, out var id)
            ? Own(context, id)
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name an installation: seller/plugin.");
    }

    /// <summary>The installation named by an operator's query.</summary>
    public static InstallationId NamedInstallation(HttpContext context)
    {
        var query = new QueryReader(context.Request);
        const string Detail = "The query must name one installation: ?installation=seller/plugin.";
        return query.Result(query.Required<InstallationId>("installation", Detail)).OrProblem();
    }

    /// <summary>The seller in the query. For a user's token other sellers do not exist.</summary>
    public static SellerId Seller(HttpContext context)
    {
        var query = new QueryReader(context.Request);
        return Own(context, query.Result(query.Required<SellerId>("seller", "The query must name one seller: ?seller=…")).OrProblem());
    }

    /// <summary>The seller in a member of the body. For a user's token other sellers do not exist.</summary>
    public static SellerId Seller(HttpContext context, string? member) =>
        SellerId.TryParse(member, null, out var seller)
            ? Own(context, seller)
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, "seller must be an id: 1–64 characters of A–Z a–z 0–9 . _ -");

    /// <summary>The installation if the caller may see it; otherwise refused as unknown.</summary>
    public static InstallationId Own(HttpContext context, InstallationId id) =>
        IsOpen(context, id.Seller) ? id : throw new RequestProblemException(InstallationRefusals.NotFound());

    /// <summary>The seller if the caller may see it; otherwise refused as unknown.</summary>
    public static SellerId Own(HttpContext context, SellerId seller) =>
        IsOpen(context, seller) ? seller : throw new RequestProblemException(SellerRefusals.NotFound());

    /// <summary>
    /// Refuses with <c>role-not-allowed</c> unless a user with one of the roles is signed in; Seller Center's own token has no user and no
    /// role.
    /// </summary>
    public static void Require(HttpContext context, params ReadOnlySpan<SellerRole> roles)
    {
        if (Role(context) is not { } role || !roles.Contains(role))
        {
            throw new RequestProblemException(SellerRefusals.Role([.. roles]));
        }
    }

    /// <summary>The signed-in user's role; null for a token without a user.</summary>
    public static SellerRole? Role(HttpContext context) => Caller(context)?.UserRole;

    /// <summary>The actor and the operation id: the idempotency key if sent, otherwise a generated one.</summary>
    public static Initiator By(HttpContext context)
    {
        if (!IdempotencyKeys.TryGet(context.Request, out var key))
        {
            throw new RequestProblemException(IdempotencyKeys.Invalid());
        }

        var (actor, role) = Actor(context);
        // A generated id is never sent again, so a command without effect need not be recorded.
        var operation = key is null ? OperationId.Internal("call", context.CallId()) : OperationId.Parse(key);
        return new Initiator(actor, operation, ActorAddress.Of(context), role);
    }

    private static (ActorId Actor, ActorRole Role) Actor(HttpContext context)
    {
        var caller = Caller(context);
        var client = caller?.ClientId ?? context.User.Identity?.Name ?? "unknown";
        var named = context.Request.Headers["X-Actor"].ToString();
        if (named.Length > MaxActorLength || named.Any(char.IsControl))
        {
            throw new RequestProblemException(
                ProblemKinds.ParameterInvalid,
                $"X-Actor must be at most {MaxActorLength} printable characters."
            );
        }

        // With a signed-in person the header must not override the actor.
        return caller is { User: { } user }
            ? (ActorId.OfUser(client, user), RoleOf(caller))
            : (
                named.Length > 0 ? ActorId.OfUser(client, named) : ActorId.Parse(client),
                ActorRole.Of(caller?.Role ?? context.User.FindFirst(IdentityClaims.Role)?.Value)
            );
    }

    private static ActorRole RoleOf(CallerIdentity person) =>
        person.UserRole is { } atSeller ? ActorRole.OfUser(atSeller)
        : person.DeveloperRole is { } atDeveloper ? ActorRole.OfDeveloper(atDeveloper)
        : ActorRole.Of(person.Role);

    private static bool IsOpen(HttpContext context, SellerId seller) =>
        !SandboxSellers.Contains(seller) && (Caller(context) is not { Role: ClientRoles.SellerUser } user || user.Seller == seller.Value);

    private static CallerIdentity? Caller(HttpContext context) => context.Features.Get<CallerIdentity>();
}
