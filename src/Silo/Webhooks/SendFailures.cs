using System.Net.Sockets;
using System.Security.Authentication;
using Marketplace.Api.Sync.Webhooks;
using Marketplace.Sync.Delivery;
using Polly.RateLimiting;

namespace Marketplace.Silo.Webhooks;

/// <summary>What an exception says of an attempt, as a code of <see cref="SendErrors"/>.</summary>
internal static class SendFailures
{
    public static string CodeOf(Exception exception) => exception switch
    {
        // The endpoint's share of connections and of waiting is taken by its own earlier requests: it does not answer in time.
        RateLimiterRejectedException or OperationCanceledException => SendErrors.Timeout,
        HttpRequestException http => CodeOf(http),
        _ => SendErrors.Internal,
    };

    private static string CodeOf(HttpRequestException exception) => (Innermost(exception), exception.HttpRequestError) switch
    {
        (ForbiddenAddressException, _) => SendErrors.ForbiddenAddress,
        (AuthenticationException, _) or (_, HttpRequestError.SecureConnectionError) => SendErrors.Tls,
        (SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery }, _)
            or (_, HttpRequestError.NameResolutionError) => SendErrors.NoName,
        (_, HttpRequestError.ConnectionError) => SendErrors.Unreachable,
        _ => SendErrors.BadAnswer,
    };

    private static Exception Innermost(Exception exception)
    {
        var innermost = exception;
        while (innermost.InnerException is { } inner && innermost is not (ForbiddenAddressException or AuthenticationException))
        {
            innermost = inner;
        }

        return innermost;
    }
}
