namespace Marketplace.Identity.Consent;

/// <summary>Texts of the sellers' sign-in.</summary>
internal static class SellerSignInTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(SellerSignInTexts));

    public static BilingualText ForeignSignOut { get; } = Texts.Get(nameof(ForeignSignOut));

    public static BilingualText FormUnreadable { get; } = Texts.Get(nameof(FormUnreadable));

    public static BilingualText NotAccepted(string? complaint) => Texts.Format(nameof(NotAccepted), (nameof(complaint), complaint));

    public static BilingualText SignedOut { get; } = Texts.Get(nameof(SignedOut));

    public static BilingualText Title { get; } = Texts.Get(nameof(Title));

    public static BilingualText Used { get; } = Texts.Get(nameof(Used));
}
