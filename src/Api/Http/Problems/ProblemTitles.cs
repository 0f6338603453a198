namespace Marketplace.Api.Http.Problems;

/// <summary>The titles of the problem types, by code, in both languages.</summary>
internal static class ProblemTitles
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(ProblemTitles));

    /// <summary>The title of a problem type; each of them has one.</summary>
    public static BilingualText Of(string code) => Texts.Get(code);
}
