using System.Globalization;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.Clients;

/// <summary>
/// Sets the status and headers required by the RFCs for errors of endpoints that authenticate clients: 401 with a challenge for a refused
/// client (RFC 6749, 5.2), 429 with the waiting time for a throttled one.
/// </summary>
/// <typeparam name="TContext">The endpoint's response context.</typeparam>
internal sealed class ShapeErrorAnswer<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<TContext>()
            .UseSingletonHandler<ShapeErrorAnswer<TContext>>()
            .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachWwwAuthenticateHeader<TContext>.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (
            context.Transaction.GetHttpRequest()?.HttpContext.Response is not { } answer
            || context.Transaction.Response?.Error is not { Length: > 0 } error
        )
        {
            return ValueTask.CompletedTask;
        }

        answer.Headers.CacheControl = "no-store";
        if (AuthenticateClient.WaitOf(context.Transaction) is { } wait)
        {
            answer.StatusCode = StatusCodes.Status429TooManyRequests;
            answer.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        else if (error == Errors.InvalidClient)
        {
            answer.StatusCode = StatusCodes.Status401Unauthorized;
            answer.Headers.WWWAuthenticate = AuthenticateClient.Challenge;
        }

        return ValueTask.CompletedTask;
    }
}
