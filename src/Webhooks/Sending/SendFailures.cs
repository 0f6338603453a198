using System.Net.Sockets;
using System.Security.Authentication;
using Marketplace.Deliveries;

namespace Marketplace.Webhooks.Sending;

/// <summary>Maps an attempt's exception to a code of <see cref="SendErrors"/>.</summary>
internal static class SendFailures
{
    public static string CodeOf(Exception exception) =>
        exception switch
        {
            OperationCanceledException => SendErrors.Timeout,
            HttpRequestException http => CodeOf(http),
            _ => SendErrors.Internal,
        };

    /// <summary>True if the connection ended before the answer started.</summary>
    public static bool IsClosedConnection(HttpRequestException exception) =>
        exception.HttpRequestError == HttpRequestError.ResponseEnded
        || (
            exception.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
            && Innermost(exception)
                is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }
        );

    private static string CodeOf(HttpRequestException exception) =>
        (Innermost(exception), exception.HttpRequestError) switch
        {
            (ForbiddenAddressException, _) => SendErrors.ForbiddenAddress,
            (AuthenticationException, _) or (_, HttpRequestError.SecureConnectionError) => SendErrors.Tls,
            (
                SocketException
                {
                    SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery
                },
                _
            )
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
