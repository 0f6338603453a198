using System.Net;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Api.Http.Network;

/// <summary>
/// Answers only for this server's hosts: the issuer's, those of the setting <c>AllowedHosts</c>, loopback, the address the connection came
/// in at and, without an issuer, names of the local network. Otherwise a forged Host would appear in URLs we generate, and in caches.
/// Health is answered for any host, because probes use arbitrary names and its answer contains none.
/// </summary>
internal sealed class KnownHosts(RequestDelegate next, IConfiguration configuration, IOptions<IdentityOptions> identity)
{
    private const string Setting = "AllowedHosts";

    private readonly StringSegment[] _patterns = Patterns(configuration, identity.Value.Issuer);

    public Task Invoke(HttpContext context) =>
        IsKnown(context)
            ? next(context)
            : context.WriteProblem(
                "host-unknown",
                $"This server does not answer under the host of this request; Marketplace:Identity:Issuer and {Setting} name its hosts."
            );

    /// <summary>
    /// The framework's own filter would refuse the issuer's host as soon as the setting names another one, and would answer without a
    /// problem document.
    /// </summary>
    public static void ReplaceFilter(IServiceCollection services) =>
        services.Configure<HostFilteringOptions>(static filter => filter.AllowedHosts = ["*"]);

    private static StringSegment[] Patterns(IConfiguration configuration, Uri? issuer)
    {
        var named = (configuration[Setting] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] own = issuer is null ? ["localhost"] : ["localhost", issuer.IdnHost];
        return [.. named.Concat(own).Select(static name => new StringSegment(name))];
    }

    private bool IsKnown(HttpContext context)
    {
        var host = context.Request.Host;
        if (!host.HasValue || context.Request.Path.StartsWithSegments("/health"))
        {
            return true;
        }

        try
        {
            return HostString.MatchesAny(host.Value, _patterns)
                || IsOwnAddress(host.Host, context.Connection.LocalIpAddress)
                || IsLocalName(host.Host);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // Without an issuer, as on a developer's machine: a name without a dot belongs to the local network, and no foreign page can point it
    // here.
    private bool IsLocalName(string host) => identity.Value.Issuer is null && host.Length > 0 && host.All(char.IsAsciiLetterOrDigit);

    private static bool IsOwnAddress(string host, IPAddress? local) =>
        IPAddress.TryParse(host, out var address)
        && (IPAddress.IsLoopback(address) || (local is not null && address.MapToIPv6().Equals(local.MapToIPv6())));
}
