using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Marketplace.Identity.Clients;

/// <summary>
/// Checks id and secret in place of OpenIddict, which answers an unknown client faster and with another text than a wrong secret, and never
/// throttles. Leaves requests without a client id to it.
/// </summary>
internal sealed class AuthenticateClient(IOpenIddictApplicationManager applications, ClientSecrets secrets, ClientUse use)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    /// <summary>The same text for an unknown client and a wrong secret.</summary>
    public const string Refusal = "The client is not known, or its secret is wrong.";

    /// <summary>The accepted authentication methods.</summary>
    public const string Challenge = "Basic realm=\"marketplace\", charset=\"UTF-8\"";

    private const string WaitProperty = "marketplace.client.wait";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ProcessAuthenticationContext>()
            .UseScopedHandler<AuthenticateClient>()
            .SetOrder(ValidateClientId.Descriptor.Order - 500)
            .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (DoorOf(context.EndpointType) is not { } door || context.ClientId is not { Length: > 0 } clientId)
        {
            return;
        }

        var address = context.Transaction.GetHttpRequest()?.HttpContext.Connection.RemoteIpAddress;
        var result = await secrets.Check(clientId, context.ClientSecret ?? "", address, door, context.CancellationToken);
        if (result.Wait is { } wait)
        {
            context.Transaction.Properties[WaitProperty] = wait;
            context.Reject(
                Errors.TemporarilyUnavailable,
                "Too many wrong secrets were sent; repeat the request after the time in Retry-After."
            );
        }
        else if (result.Application is null)
        {
            context.Reject(Errors.InvalidClient, Refusal);
        }
        else
        {
            var properties = await applications.GetPropertiesAsync(result.Application, context.CancellationToken);
            await use.Record(clientId, ClientHistory.Of(properties), context.CancellationToken);
        }
    }

    /// <summary>How long the client must wait; null if it was not throttled.</summary>
    public static TimeSpan? WaitOf(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(WaitProperty, out var wait) ? wait as TimeSpan? : null;

    private static string? DoorOf(OpenIddictServerEndpointType endpoint) =>
        endpoint switch
        {
            OpenIddictServerEndpointType.Token => "token",
            OpenIddictServerEndpointType.Introspection => "introspection",
            OpenIddictServerEndpointType.Revocation => "revocation",
            _ => null,
        };
}
