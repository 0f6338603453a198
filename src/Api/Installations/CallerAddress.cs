using System.Net;
using Marketplace.Api.Identity;
using Marketplace.Api.Problems;
using Microsoft.AspNetCore.HttpOverrides;

namespace Marketplace.Api.Installations;

/// <summary>From which network address a person acts: what a fact of the journal says of it.</summary>
internal static class CallerAddress
{
    private const string ProxiesSetting = "Marketplace:KnownProxies";

    /// <summary>
    /// Seller Center calls from its own servers, so it names its user's address in <c>X-Actor-Address</c>; everybody else's is the connection's.
    /// </summary>
    public static string? Of(HttpContext context)
    {
        var named = context.Request.Headers["X-Actor-Address"].ToString();
        if (named.Length == 0 || !(context.User.IsInRole(ClientRoles.SellerCenter) || context.User.IsInRole(ClientRoles.SellerUser)))
        {
            return Text(context.Connection.RemoteIpAddress);
        }

        return IPAddress.TryParse(named, out var address)
            ? Text(address)
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "X-Actor-Address must be one IP address.");
    }

    /// <summary>Takes the address of the connection from the proxies that the settings name, and from nobody else.</summary>
    public static void UseKnownProxies(this WebApplication app)
    {
        var proxies = app.Configuration.GetSection(ProxiesSetting).Get<string[]>() ?? [];
        if (proxies.Length == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownProxies.Add(IPAddress.TryParse(proxy, out var address)
                ? address
                : throw new InvalidOperationException($"{ProxiesSetting} holds '{proxy}', which is no IP address."));
        }

        app.UseForwardedHeaders(options);
    }

    private static string? Text(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
