using Marketplace.Identity.Tokens;

namespace Marketplace.Api.Http.Problems;

/// <summary>Writes the identity feature's refusals as problem documents.</summary>
internal sealed class TokenProblemWriter : IProblemWriter
{
    public Task Write(HttpContext context, string code, string? detail) => context.WriteProblem(code, detail ?? TokenProblems.Detail(code));
}
