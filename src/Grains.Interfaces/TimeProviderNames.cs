namespace Marketplace;

/// <summary>Keys of registered clocks.</summary>
public static class TimeProviderNames
{
    /// <summary>
    /// The clock of the business rules, for grains and the code that judges beside them: their instants must not be compared with another
    /// clock's. Tests replace this one only, because replacing the host's clock would stop its timers.
    /// </summary>
    public const string Grains = "Marketplace.Grains";
}
