using Marketplace.Identity.Tokens;

namespace Marketplace.Api.Http.Problems;

/// <summary>Gives the identity feature's answers the documents of the problem table.</summary>
internal sealed class TokenProblemWriter : IProblemWriter
{
    public Task Write(HttpContext context, string code, string? detail) => context.WriteProblem(code, detail ?? TokenProblems.Detail(code));
}
