using Marketplace.Catalogue;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Discovery;

namespace Marketplace.Identity.Server;

/// <summary>
/// Completes the server's metadata (RFC 8414, and the OpenID Connect document): client authentication, sellers' scopes, documentation. No
/// OpenID Connect token is ever issued; only its own document keeps the two members that readers require.
/// </summary>
internal sealed class DescribeServer : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    private static readonly string[] AuthenticationMethods =
    [
        ClientAuthenticationMethods.ClientSecretBasic,
        ClientAuthenticationMethods.ClientSecretPost,
    ];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleConfigurationRequestContext>()
            .UseSingletonHandler<DescribeServer>()
            .SetOrder(AttachAdditionalMetadata.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        Replace(context.TokenEndpointAuthenticationMethods, AuthenticationMethods);
        Replace(context.IntrospectionEndpointAuthenticationMethods, AuthenticationMethods);
        Replace(context.RevocationEndpointAuthenticationMethods, AuthenticationMethods);
        Replace(context.Scopes, ScopeCatalogue.All.Select(scope => scope.Scope));
        context.Claims.Clear();
        context.PromptValues.Clear();
        if (context.RequestUri?.AbsolutePath.EndsWith(IdentityNames.OAuthMetadataPath, StringComparison.Ordinal) == true)
        {
            context.SubjectTypes.Clear();
            context.IdTokenSigningAlgorithms.Clear();
        }

        foreach (var name in context.Metadata.Keys.Where(IsOfOpenIdConnect).ToArray())
        {
            context.Metadata.Remove(name);
        }

        if (context.BaseUri is { } server)
        {
            context.Metadata[Metadata.ServiceDocumentation] = new Uri(server, "docs").AbsoluteUri;
        }

        context.Metadata["authorization_response_iss_parameter_supported"] = true;
        return ValueTask.CompletedTask;
    }

    private static bool IsOfOpenIdConnect(string name) =>
        name
            is "claims_parameter_supported"
                or "request_parameter_supported"
                or "request_uri_parameter_supported"
                or "require_request_uri_registration";

    private static void Replace(HashSet<string> target, IEnumerable<string> values)
    {
        target.Clear();
        target.UnionWith(values);
    }
}
