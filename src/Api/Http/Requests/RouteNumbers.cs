using System.Globalization;
using Marketplace.Api.Http.Problems;

namespace Marketplace.Api.Http.Requests;

/// <summary>Reads numbers that a path names.</summary>
internal static class RouteNumbers
{
    /// <summary>The number that the route calls <c>id</c>.</summary>
    /// <exception cref="RequestProblemException">It is none.</exception>
    public static long RouteNumber(this HttpRequest request) =>
        long.TryParse(request.RouteValues["id"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path must name a number.");
}
