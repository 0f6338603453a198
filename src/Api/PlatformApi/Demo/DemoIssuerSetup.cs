using System.Text.Json.Serialization;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Reference;
using Marketplace.Developers;
using Marketplace.Identity;
using Marketplace.Identity.Demo;
using Marketplace.Identity.SubjectTokens;
using Marketplace.Sellers;

namespace Marketplace.Api.PlatformApi.Demo;

/// <summary>The demo issuer of subject tokens. Never part of a production host.</summary>
public static class DemoIssuerSetup
{
    /// <summary>Adds the demo issuer to the accepted issuers, and makes its page the sign-in page unless another is set.</summary>
    public static IServiceCollection AddDemoIssuer(this IServiceCollection services, IReadOnlyList<string> sellers)
    {
        services.AddSingleton<DemoIssuer>();
        services.AddSingleton<SubjectIssuer>(provider => provider.GetRequiredService<DemoIssuer>());
        services.AddSingleton(new DemoSellers(sellers));
        services.PostConfigure<SellerIdentityOptions>(options => options.SignInUri ??= new Uri(DemoSignIn.Path, UriKind.Relative));
        return services;
    }

    public static void MapDemoIssuer(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapReferenced().MapPost("/demo/v1/subject-token", Issue).RequireAuthorization(ClientRoles.SellerCenter);
        endpoints.MapGet("/demo/issuer/jwks", Publish).AllowAnonymous().ExcludeFromDescription();
        DemoSignIn.Map(endpoints);
    }

    private static async Task<IResult> Issue(HttpContext context, DemoIssuer issuer)
    {
        var request = await SellerRequest.Body(context, DemoIssuerJson.Default.SubjectTokenRequest);
        _ = SellerRequest.By(context);
        var token = await IssueFor(context, issuer, request);
        context.Response.Headers.CacheControl = "no-store";
        var answer = new SubjectTokenAnswer(token, IdentityNames.SubjectTokenType, (long)DemoIssuer.TokenLifetime.TotalSeconds);
        return TypedResults.Json(answer, DemoIssuerJson.Default.SubjectTokenAnswer);
    }

    private static Task<string> IssueFor(HttpContext context, DemoIssuer issuer, SubjectTokenRequest request)
    {
        if (!DemoIssuer.IsUser(request.User))
        {
            throw Invalid("user must be a name without colon.");
        }

        return request switch
        {
            { Seller: not null, Developer: not null } => throw Invalid("A person acts for a seller or for a developer, not for both."),
            { Developer: { } named } => DeveloperId.TryParse(named, null, out var developer)
            && DeveloperRoles.Parse(request.Role) is { } role
                ? issuer.Issue(developer, request.User!, role, context.RequestAborted)
                : throw Invalid("developer must be an id and role owner, developer or finance."),
            { Seller: null, Role: { } staff } when ClientRoles.OfStaff.Contains(staff) => issuer.Issue(
                request.User!,
                staff,
                context.RequestAborted
            ),
            _ => IssueForSeller(context, issuer, request),
        };
    }

    private static Task<string> IssueForSeller(HttpContext context, DemoIssuer issuer, SubjectTokenRequest request)
    {
        var seller = SellerRequest.Seller(context, request.Seller);
        return SellerRoles.Parse(request.Role) is { } role
            ? issuer.Issue(seller, request.User!, role, context.RequestAborted)
            : throw Invalid("role must be owner, staff or finance.");
    }

    private static RequestProblemException Invalid(string reason) => new(ProblemKinds.BodyInvalid, reason);

    private static async Task<IResult> Publish(HttpContext context, DemoIssuer issuer)
    {
        var key = await issuer.PublicKey(context.RequestAborted);
        var view = new KeyView(key.Kty, key.Crv, key.Use, key.Alg, key.Kid, key.X, key.Y);
        return TypedResults.Json(new KeySetView([view]), DemoIssuerJson.Default.KeySetView);
    }
}

internal sealed record SubjectTokenRequest(string? Seller, string? User, string? Role, string? Developer = null);

internal sealed record SubjectTokenAnswer(string SubjectToken, string SubjectTokenType, long ExpiresIn);

internal sealed record KeyView(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y);

internal sealed record KeySetView(IReadOnlyList<KeyView> Keys);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(SubjectTokenRequest))]
[JsonSerializable(typeof(SubjectTokenAnswer))]
[JsonSerializable(typeof(KeySetView))]
internal sealed partial class DemoIssuerJson : JsonSerializerContext;
