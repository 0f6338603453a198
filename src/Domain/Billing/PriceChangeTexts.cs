namespace Marketplace.Billing;

/// <summary>Texts for what an announcement does to a plugin's prices.</summary>
internal static class PriceChangeTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(PriceChangeTexts));

    /// <param name="rises">As in the journal: <c>true</c> or <c>false</c>; another text if the fact does not tell.</param>
    public static BilingualText Of(string rises) =>
        Texts.Get(
            rises switch
            {
                "true" => "rises",
                "false" => "falls",
                _ => "changes",
            }
        );
}
