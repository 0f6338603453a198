namespace Marketplace.Api.Http.Problems;

/// <summary>A request that cannot be served as it was sent; carries the refusal to the problem middleware.</summary>
public sealed class RequestProblemException(Refusal refusal) : Exception(refusal.Reason)
{
    public RequestProblemException(string code, string detail)
        : this(ProblemWriter.Plain(code, detail)) { }

    public Refusal Refusal { get; } = refusal;
}
