namespace Marketplace.Identity.Browser;

/// <summary>The head of a page, which also determines the answer's headers.</summary>
/// <param name="Language">The language of title and body.</param>
/// <param name="Title">The title.</param>
public sealed record PageHead(ReaderLanguage Language, string Title)
{
    /// <summary>Origins besides this host that a form, or the redirect after it, may target, separated by spaces.</summary>
    public string FormTargets { get; init; } = "";

    /// <summary>All CSS of the page; must be a constant, because it is not encoded.</summary>
    public string Style { get; init; } = PageStyle.Common;
}
