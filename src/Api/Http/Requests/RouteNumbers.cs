using System.Globalization;
using Marketplace.Api.Http.Problems;

namespace Marketplace.Api.Http.Requests;

/// <summary>Reads numbers in paths.</summary>
internal static class RouteNumbers
{
    /// <summary>The route parameter <c>id</c> as a number.</summary>
    /// <exception cref="RequestProblemException">It is not a number.</exception>
    public static long RouteNumber(this HttpRequest request) =>
        long.TryParse(request.RouteValues["id"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path must name a number.");
}
