using System.Text.Json.Serialization;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Reference;
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
        var seller = SellerRequest.Seller(context, request.Seller);
        if (!DemoIssuer.IsUser(request.User) || SellerRoles.Parse(request.Role) is not { } role)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "user must be a name without colon and role owner, staff or finance."
            );
        }

        var token = await issuer.Issue(seller, request.User!, role, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        var answer = new SubjectTokenAnswer(token, IdentityNames.SubjectTokenType, (long)DemoIssuer.TokenLifetime.TotalSeconds);
        return TypedResults.Json(answer, DemoIssuerJson.Default.SubjectTokenAnswer);
    }

    private static async Task<IResult> Publish(HttpContext context, DemoIssuer issuer)
    {
        var key = await issuer.PublicKey(context.RequestAborted);
        var view = new KeyView(key.Kty, key.Crv, key.Use, key.Alg, key.Kid, key.X, key.Y);
        return TypedResults.Json(new KeySetView([view]), DemoIssuerJson.Default.KeySetView);
    }
}

internal sealed record SubjectTokenRequest(string? Seller, string? User, string? Role);

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
