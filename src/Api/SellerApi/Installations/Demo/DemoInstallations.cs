using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Reference;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Installations.Demo;

/// <summary>Demo mode's shortcut to a running installation of a demo seller. Never part of a production host.</summary>
public static class DemoInstallationsSetup
{
    private const int MaxScopes = 64;

    public static IServiceCollection AddDemoInstallations(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new DemoEnterprises(
                provider.GetRequiredService<IGrainFactory>(),
                provider.GetRequiredService<EncryptedDocuments>()
            ))
            .AddSingleton<DemoEnabling>();

    public static void MapDemoInstallations(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapReferenced().MapPost("/demo/v1/installations", Make).RequireAuthorization(ClientRoles.SellerCenter);

    private static async Task<IResult> Make(HttpContext context, DemoEnabling enabling)
    {
        var request = await SellerRequest.Body(context, DemoInstallationsJson.Default.DemoInstallationRequest);
        var seller = SellerRequest.Seller(context, request.Seller);
        if (
            !PluginId.TryParse(request.Plugin, null, out var plugin)
            || request.Scopes is not { IsDefault: false, Length: <= MaxScopes } scopes
            || scopes.Any(string.IsNullOrEmpty)
        )
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"plugin must be a plugin's id and scopes an array of at most {MaxScopes} scopes."
            );
        }

        var answer = await enabling.Run(new InstallationId(seller, plugin), scopes, SellerRequest.By(context), context.RequestAborted);
        return SellerEndpoints.Ok(answer);
    }
}

internal sealed record DemoInstallationRequest(string? Seller, string? Plugin, ImmutableArray<string>? Scopes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(DemoInstallationRequest))]
internal sealed partial class DemoInstallationsJson : JsonSerializerContext;
