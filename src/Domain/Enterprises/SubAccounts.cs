namespace Marketplace.Enterprises;

/// <summary>How an enterprise's sub-accounts are counted, and how long reviews and claims last.</summary>
/// <param name="Cap">Sub-accounts without an approved application (R45).</param>
/// <param name="Total">True to count all sub-accounts of the enterprise together, false to count them per plugin.</param>
/// <param name="ReviewDays">Working days a review may take (R44).</param>
/// <param name="ClaimTime">How long a reviewer's claim holds.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.policy")]
public sealed record EnterprisePolicy(
    [property: Id(0)] int Cap,
    [property: Id(1)] bool Total,
    [property: Id(2)] int ReviewDays,
    [property: Id(3)] TimeSpan ClaimTime
)
{
    /// <summary>5 sub-accounts per plugin, 2 working days, claims of 4 hours.</summary>
    public static EnterprisePolicy Standard { get; } = new(5, false, 2, TimeSpan.FromHours(4));
}

/// <summary>A sub-account of a shop that may use a plugin.</summary>
[GenerateSerializer, Immutable, Alias("mp.enterprises.sub-account")]
public sealed record SubAccount(
    [property: Id(0)] Catalogue.PluginId Plugin,
    [property: Id(1)] Sellers.SellerId Seller,
    [property: Id(2)] AccountId Account,
    [property: Id(3)] DateTimeOffset BoundAt
);

/// <summary>The state of an application for more sub-accounts (R46).</summary>
public enum ApplicationState
{
    Submitted,
    Approved,
    Rejected,
    Expired,
}

/// <summary>An application for more sub-accounts, on the form AE-DOC-2024-008 (R46).</summary>
/// <param name="Id">Identifies it within the enterprise.</param>
/// <param name="Seller">The shop that applied.</param>
/// <param name="Plugin">The plugin; with the policy "total" the cap rises for all.</param>
/// <param name="Wanted">The cap applied for.</param>
/// <param name="Reason">The applicant's.</param>
/// <param name="SubmittedAt">When.</param>
/// <param name="State">The decided state; an approval may have expired since, see <see cref="StateAt"/>.</param>
/// <param name="Cap">The approved cap.</param>
/// <param name="EndsAt">First instant at which the cap is no longer raised.</param>
/// <param name="Note">Why it was rejected.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.application")]
public sealed record SubAccountApplication(
    [property: Id(0)] string Id,
    [property: Id(1)] Sellers.SellerId Seller,
    [property: Id(2)] Catalogue.PluginId Plugin,
    [property: Id(3)] int Wanted,
    [property: Id(4)] string Reason,
    [property: Id(5)] DateTimeOffset SubmittedAt,
    [property: Id(6)] ApplicationState State,
    [property: Id(7)] int? Cap,
    [property: Id(8)] DateTimeOffset? EndsAt,
    [property: Id(9)] string? Note
)
{
    /// <summary>The form's number in the marketplace's rules.</summary>
    public const string Template = "AE-DOC-2024-008";

    /// <summary>The state at an instant: an approval past its end is expired, whether or not that was recorded.</summary>
    public ApplicationState StateAt(DateTimeOffset now) =>
        State == ApplicationState.Approved && EndsAt <= now ? ApplicationState.Expired : State;
}
