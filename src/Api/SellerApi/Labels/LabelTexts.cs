namespace Marketplace.Api.SellerApi.Labels;

/// <summary>Texts of the printed label.</summary>
internal static class LabelTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(LabelTexts));

    public static BilingualText City { get; } = Texts.Get(nameof(City));

    public static BilingualText Country { get; } = Texts.Get(nameof(Country));

    public static BilingualText Order { get; } = Texts.Get(nameof(Order));

    public static BilingualText Phone { get; } = Texts.Get(nameof(Phone));

    public static BilingualText Postcode { get; } = Texts.Get(nameof(Postcode));

    public static BilingualText Recipient { get; } = Texts.Get(nameof(Recipient));

    public static BilingualText Region { get; } = Texts.Get(nameof(Region));

    public static BilingualText Street { get; } = Texts.Get(nameof(Street));

    public static BilingualText Title { get; } = Texts.Get(nameof(Title));

    public static BilingualText Weight { get; } = Texts.Get(nameof(Weight));
}
