using System.Text.Json.Nodes;
using Marketplace.Quotas;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Introspection;

namespace Marketplace.Identity.Tokens;

/// <summary>Adds the marketplace's claims and the token's id to introspection answers; access was checked before.</summary>
internal sealed class DescribeToken : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    private static readonly string[] Described =
    [
        IdentityClaims.Role,
        IdentityClaims.Seller,
        IdentityClaims.Developer,
        IdentityClaims.Plugin,
        IdentityClaims.Installation,
        IdentityClaims.User,
        IdentityClaims.UserRole,
    ];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleIntrospectionRequestContext>()
            .UseSingletonHandler<DescribeToken>()
            .SetOrder(AttachApplicationClaims.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        foreach (var name in Described)
        {
            if (context.GenericTokenPrincipal?.GetClaim(name) is { } value)
            {
                context.Claims[name] = value;
            }
        }

        if (context.GenericTokenPrincipal?.GetClaim(IdentityClaims.Actor) is { } actor)
        {
            context.Claims[IdentityClaims.Actor] = JsonNode.Parse(actor);
        }

        if (context.GenericTokenPrincipal?.GetTokenId() is { } tokenId)
        {
            context.TokenId ??= TokenIds.Of(context.GenericTokenPrincipal.GetAuthorizationId(), tokenId);
        }

        return ValueTask.CompletedTask;
    }
}
