namespace Marketplace.Replay.Tests;

/// <summary>What the test server gets wrong, or merely makes difficult.</summary>
internal sealed record Faults
{
    /// <summary>Accepts this order's events, then knows nothing of them.</summary>
    public string? LosesOrder { get; init; }

    /// <summary>Shows a cent more for this order's first item.</summary>
    public string? AltersOrder { get; init; }

    /// <summary>Shows the buyer's city in a flag's note of any order.</summary>
    public bool LeaksInText { get; init; }

    /// <summary>Bills one call more than were made.</summary>
    public bool OverchargesACall { get; init; }

    public bool RejectsProducts { get; init; }

    /// <summary>Of every so many requests one is answered 503 and changes nothing; 0 for none.</summary>
    public int UnavailableEvery { get; init; }

    /// <summary>Of every so many metered calls one is refused as a burst; 0 for none.</summary>
    public int BurstEvery { get; init; }

    /// <summary>Of every so many metered calls one is answered 401, and its token stops to work; 0 for none.</summary>
    public int RevokesTokenEvery { get; init; }

    /// <summary>Of every so many metered calls one is counted, but its connection breaks before the reply; 0 for none.</summary>
    public int LosesReplyEvery { get; init; }

    /// <summary>Calls a day; refusals above it last until midnight.</summary>
    public int DailyLimit { get; init; } = 20_000;
}
