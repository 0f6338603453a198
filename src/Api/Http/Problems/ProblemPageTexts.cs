namespace Marketplace.Api.Http.Problems;

/// <summary>Texts of the page of problem types.</summary>
internal static class ProblemPageTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(ProblemPageTexts));

    public static BilingualText Title { get; } = Texts.Get(nameof(Title));

    public static BilingualText Classes { get; } = Texts.Get(nameof(Classes));

    public static BilingualText Code { get; } = Texts.Get(nameof(Code));

    public static BilingualText Status { get; } = Texts.Get(nameof(Status));

    public static BilingualText Meaning { get; } = Texts.Get(nameof(Meaning));

    public static BilingualText Class { get; } = Texts.Get(nameof(Class));

    public static BilingualText Retryable { get; } = Texts.Get(nameof(Retryable));

    public static BilingualText Yes { get; } = Texts.Get(nameof(Yes));

    public static BilingualText No { get; } = Texts.Get(nameof(No));

    public static BilingualText OAuthErrors { get; } = Texts.Get(nameof(OAuthErrors));

    public static BilingualText OAuthBefore { get; } = Texts.Get(nameof(OAuthBefore));

    public static BilingualText OAuthAfter { get; } = Texts.Get(nameof(OAuthAfter));

    public static BilingualText Error { get; } = Texts.Get(nameof(Error));

    public static BilingualText ErrorMeaning { get; } = Texts.Get(nameof(ErrorMeaning));
}
