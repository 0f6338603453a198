namespace Marketplace.Deliveries;

/// <summary>Why deliveries are parked, for sellers; <see cref="ParkReasons"/> are the keys.</summary>
internal static class ParkReasonTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(ParkReasonTexts));

    /// <summary>The reason in both languages; an unknown one as it is.</summary>
    public static BilingualText Of(string reason) => Texts.Find(reason) ?? BilingualText.Same(reason);
}
