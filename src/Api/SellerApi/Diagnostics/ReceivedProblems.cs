using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>
/// Stores the problems received by known callers, so that they can open each by its <c>instance</c>. Stores only code and endpoint, not the
/// texts, which may quote the request. A plugin's calls are also in its installation's error log.
/// </summary>
internal sealed class ReceivedProblems(IErrorSink sink)
{
    /// <summary>Records a problem being answered; does nothing for an unknown caller.</summary>
    public void Record(HttpContext context, Problem problem)
    {
        if (LogOf(context) is { } log && CallIds.TryParse(problem.RequestId, out var id))
        {
            // An invalid header may be the very problem being recorded.
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
    /// The log of the caller's problems: a plugin's installation, a shop's users, a developer's persons, a person of staff, otherwise the
    /// client; null for an unknown caller. Persons do not share the log of Seller Center, whose client acts for all of them: each could
    /// open the others' problems there.
    /// </summary>
    public static string? LogOf(HttpContext context) =>
        context.Features.Get<CallerIdentity>() switch
        {
            { Installation: { } installation } => $"plugin/{installation}",
            { Seller: { } seller } => LogOf(seller),
            { Developer: { } developer } => $"developer/{developer}",
            { User: { } user, ClientId: var client } => $"staff/{client}:{user}",
            { ClientId: { Length: > 0 } client } => $"client/{client}",
            _ => context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? $"client/{name}" : null,
        };

    /// <summary>The log of a shop's users.</summary>
    public static string LogOf(SellerId seller) => LogOf(seller.Value);

    private static string LogOf(string seller) => $"seller/{seller}";
}
