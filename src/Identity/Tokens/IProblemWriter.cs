namespace Marketplace.Identity.Tokens;

/// <summary>Writes the problem document, and with it the status, that belongs to a code.</summary>
public interface IProblemWriter
{
    /// <param name="context">The request to answer; its answer has not started.</param>
    /// <param name="code">A code of docs/problems.md, for instance <c>token-expired</c>.</param>
    /// <param name="detail">What is particular to this occurrence; never a token or a secret.</param>
    Task Write(HttpContext context, string code, string? detail);
}
