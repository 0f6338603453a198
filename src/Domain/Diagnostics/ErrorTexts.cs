using Marketplace.Diagnostics.Checks;

namespace Marketplace.Diagnostics;

/// <summary>The meaning of a code for sellers, in both languages; figures belong to the finding. The code is the key.</summary>
public static class ErrorTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(ErrorTexts));

    private static BilingualText Mistake { get; } = Texts.Get(nameof(Mistake));

    private static BilingualText Unknown { get; } = Texts.Get(nameof(Unknown));

    /// <summary>The sentence for a code; a general one for unknown codes.</summary>
    public static BilingualText Of(string code) => Texts.Find(code) ?? (CallChecks.Mistakes.Contains(code) ? Mistake : Unknown);
}
