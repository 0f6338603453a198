namespace Marketplace.Identity.Browser;

/// <summary>Shown to a browser if its request is refused unread.</summary>
internal static class BrowserGuardTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(BrowserGuardTexts));

    public static BilingualText Form { get; } = Texts.Get(nameof(Form));

    public static BilingualText FormTitle { get; } = Texts.Get(nameof(FormTitle));

    public static BilingualText Https { get; } = Texts.Get(nameof(Https));

    public static BilingualText HttpsTitle { get; } = Texts.Get(nameof(HttpsTitle));
}
