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

    /// <summary>Never delivers the fifth event of any installation.</summary>
    public bool LosesDelivery { get; init; }

    /// <summary>Delivers an order's payment before its creation, once for each installation.</summary>
    public bool SwapsDeliveries { get; init; }

    /// <summary>Delivers the fifth event of any installation again under another id.</summary>
    public bool RepeatsUnderOtherId { get; init; }

    /// <summary>Delivers the fifth event of any installation again with another word in it.</summary>
    public bool RepeatsOtherwise { get; init; }

    /// <summary>Delivers the buyer's telephone number.</summary>
    public bool DeliversPhone { get; init; }

    /// <summary>Signs with a secret of its own.</summary>
    public bool SignsWrongly { get; init; }

    /// <summary>Attempts until an event is given up.</summary>
    public int MostAttempts { get; init; } = int.MaxValue;

    /// <summary>
    /// Where nothing else is left to deliver, an event that was given up is no dead letter: the endpoint is parked with it.
    /// </summary>
    public bool ParksRefused { get; init; }

    /// <summary>Takes a failed attempt for a success: what a receiver refuses is lost.</summary>
    public bool TrustsFailures { get; init; }
}
