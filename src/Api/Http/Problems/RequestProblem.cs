namespace Marketplace.Api.Http.Problems;

/// <summary>Aborts a request that cannot be served; carries the refusal to the problem middleware.</summary>
public sealed class RequestProblemException(Refusal refusal) : Exception(refusal.Reason)
{
    public RequestProblemException(string code, string detail)
        : this(ProblemWriter.Plain(code, detail)) { }

    public Refusal Refusal { get; } = refusal;
}

/// <summary>How an endpoint turns a result into its answer.</summary>
internal static class OutcomeProblems
{
    /// <summary>The value, or the refusal as the problem that answers the request.</summary>
    public static T OrProblem<T>(this Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? throw new RequestProblemException(refusal) : outcome.Value!;
}
