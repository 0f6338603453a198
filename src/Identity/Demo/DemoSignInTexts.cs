namespace Marketplace.Identity.Demo;

/// <summary>Texts of the demo issuer's sign-in page.</summary>
internal static class DemoSignInTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(DemoSignInTexts));

    public static BilingualText Continue { get; } = Texts.Get(nameof(Continue));

    public static BilingualText Finance { get; } = Texts.Get(nameof(Finance));

    public static BilingualText Incomplete { get; } = Texts.Get(nameof(Incomplete));

    public static BilingualText NoPassword { get; } = Texts.Get(nameof(NoPassword));

    public static BilingualText Owner { get; } = Texts.Get(nameof(Owner));

    public static BilingualText Role { get; } = Texts.Get(nameof(Role));

    public static BilingualText Shop { get; } = Texts.Get(nameof(Shop));

    public static BilingualText SignIn { get; } = Texts.Get(nameof(SignIn));

    public static BilingualText Staff { get; } = Texts.Get(nameof(Staff));

    public static BilingualText Title { get; } = Texts.Get(nameof(Title));

    public static BilingualText User { get; } = Texts.Get(nameof(User));
}
