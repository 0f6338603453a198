namespace Marketplace.Identity.Browser;

/// <summary>The head of a page; the headers of its answer follow from it.</summary>
/// <param name="Language">The language of title and body.</param>
/// <param name="Title">The title.</param>
public sealed record PageHead(ReaderLanguage Language, string Title)
{
    /// <summary>Where besides this host a form, or the redirect that answers it, may lead: origins, separated by spaces.</summary>
    public string FormTargets { get; init; } = "";

    /// <summary>All CSS of the page; a constant, for it is not encoded.</summary>
    public string Style { get; init; } = PageStyle.Common;
}
