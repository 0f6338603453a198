using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>The names of an installation's states (R56), which are Chinese only; the state is the key.</summary>
internal static class SellerStateTexts
{
    private static readonly LanguageTexts Texts = LanguageTexts.Load(typeof(SellerStateTexts), LanguageTexts.Chinese);

    public static string Of(SellerState state) => Texts.Get(state.ToString());
}
