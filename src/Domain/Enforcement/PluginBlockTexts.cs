namespace Marketplace.Enforcement;

/// <summary>Texts for why a plugin is stopped.</summary>
internal static class PluginBlockTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(PluginBlockTexts));

    /// <summary>The kind, as in the journal, in both languages; an unknown one as it is.</summary>
    public static BilingualText Of(string kind) => Texts.Find(kind) ?? BilingualText.Same(kind);
}
