using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Http.Requests;

/// <summary>The network address of the person a request acts for; refuses an invalid one.</summary>
internal static class ActorAddress
{
    /// <exception cref="RequestProblemException"><c>X-Actor-Address</c> is not one IP address.</exception>
    public static string? Of(HttpContext context) =>
        CallerAddress.TryRead(context, out var address)
            ? address
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "X-Actor-Address must be one IP address.");
}
