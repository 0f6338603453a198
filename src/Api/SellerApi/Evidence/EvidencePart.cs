using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>A part of the evidence page.</summary>
public abstract class EvidencePart : PageBody
{
    private protected EvidenceTexts Texts => new(Language);
}
