namespace Marketplace.Labels;

/// <summary>The scopes for parcel labels (R29).</summary>
public static class LabelScopes
{
    /// <summary>Makes labels from address handles.</summary>
    public const string Write = "logistics.label.write";

    /// <summary>Compares carriers' rates.</summary>
    public const string Rates = "logistics.rate.read";
}
