namespace Marketplace.Identity.Browser;

/// <summary>Texts of the operators' sign-in pages.</summary>
internal static class OperatorSignInTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(OperatorSignInTexts));

    public static BilingualText Client { get; } = Texts.Get(nameof(Client));

    public static BilingualText ClientId { get; } = Texts.Get(nameof(ClientId));

    public static BilingualText ClientSecret { get; } = Texts.Get(nameof(ClientSecret));

    public static BilingualText ForeignSignOut { get; } = Texts.Get(nameof(ForeignSignOut));

    public static BilingualText FormUnreadable { get; } = Texts.Get(nameof(FormUnreadable));

    public static BilingualText GoOn { get; } = Texts.Get(nameof(GoOn));

    public static BilingualText NotAccepted { get; } = Texts.Get(nameof(NotAccepted));

    public static BilingualText SignIn { get; } = Texts.Get(nameof(SignIn));

    public static BilingualText SignOut { get; } = Texts.Get(nameof(SignOut));

    public static BilingualText SignedInTitle { get; } = Texts.Get(nameof(SignedInTitle));

    public static BilingualText Title { get; } = Texts.Get(nameof(Title));

    public static BilingualText TooManyAttempts { get; } = Texts.Get(nameof(TooManyAttempts));
}
