using Marketplace.Identity.Browser;

namespace Marketplace.Identity.Consent;

/// <summary>A part of a consent page.</summary>
public abstract class ConsentPart : PageBody
{
    private protected ConsentTexts Texts => new(Language);
}
