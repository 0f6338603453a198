namespace Marketplace;

/// <summary>Keys under which clocks are registered.</summary>
public static class TimeProviderNames
{
    /// <summary>
    /// The clock of the business rules, for grains and for what judges beside them: an instant that one of them made must not be compared
    /// with another clock's. Tests replace this one only: replacing the host's own clock would stop its timers.
    /// </summary>
    public const string Grains = "Marketplace.Grains";
}
