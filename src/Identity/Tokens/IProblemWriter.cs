namespace Marketplace.Identity.Tokens;

/// <summary>Writes the problem document and the status of a code.</summary>
public interface IProblemWriter
{
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="code">A code of docs/problems.md, for instance <c>token-expired</c>.</param>
    /// <param name="detail">Details of this occurrence; never a token or a secret.</param>
    Task Write(HttpContext context, string code, string? detail);
}
