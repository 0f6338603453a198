using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>
/// Keeps the problems that a known caller receives, so that it can open each of them by its <c>instance</c>. What a problem says is not
/// kept, only its code and the endpoint: texts of refusals may quote what was sent. Calls of a plugin are in its installation's error log
/// besides.
/// </summary>
internal sealed class ReceivedProblems(IErrorSink sink)
{
    /// <summary>Notes a problem that is being answered; nothing if nobody is known to receive it.</summary>
    public void Note(HttpContext context, Problem problem)
    {
        if (LogOf(context) is { } log && CallIds.TryParse(problem.RequestId, out var id))
        {
            // What is wrong with the header may be the very problem that is noted here.
            _ = CallerAddress.TryRead(context, out var address);
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no endpoint";
            sink.AddReceived(
                log,
                new ErrorEntry(id, default, $"{context.Request.Method} {route}", problem.Code, problem.Status)
                {
                    Rule = problem.Rule,
                    FixBy = problem.Fix.By,
                    TokenId = context.Features.Get<CallerIdentity>()?.TokenId,
                    Address = address,
                }
            );
        }
    }

    /// <summary>
    /// Where the caller's problems are kept: a plugin's installation, a shop's users, else the client; null for a caller who is not known.
    /// </summary>
    public static string? LogOf(HttpContext context) =>
        context.Features.Get<CallerIdentity>() switch
        {
            { Installation: { } installation } => $"plugin/{installation}",
            { Seller: { } seller } => LogOf(seller),
            { ClientId: { Length: > 0 } client } => $"client/{client}",
            _ => context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? $"client/{name}" : null,
        };

    /// <summary>Where the problems of a shop's users are kept.</summary>
    public static string LogOf(SellerId seller) => LogOf(seller.Value);

    private static string LogOf(string seller) => $"seller/{seller}";
}
