namespace Marketplace.Api.Http.Problems;

/// <summary>
/// The remedies of the problem types in Chinese, by code, without the full stop, so that the call and the time named by a refusal can be
/// appended. In English the remedy is part of each refusal, with its figures.
/// </summary>
internal static class ProblemFixes
{
    private static readonly LanguageTexts Texts = LanguageTexts.Load(typeof(ProblemFixes), LanguageTexts.Chinese);

    /// <summary>The remedy of a problem type; null for an unknown code.</summary>
    public static string? Find(string code) => Texts.Find(code);
}
