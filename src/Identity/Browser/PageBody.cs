using Microsoft.AspNetCore.Components;

namespace Marketplace.Identity.Browser;

/// <summary>A part of a page's body; the layout passes the head down.</summary>
public abstract class PageBody : ComponentBase
{
    [CascadingParameter]
    public PageHead Head { get; set; } = default!;

    protected ReaderLanguage Language => Head.Language;

    protected string Text(BilingualText text) => Language.Of(text);
}
