using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>The names of an installation's states (R56).</summary>
internal static class SellerStateTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(SellerStateTexts));

    public static TextView Of(SellerState state) => TextView.Of(Texts.Get(state.ToString()));
}
