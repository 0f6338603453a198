namespace Marketplace.Enterprises;

/// <summary>What an enterprise's sub-accounts are counted by, and how long reviews and claims last.</summary>
/// <param name="Cap">Sub-accounts without an approved application (R45).</param>
/// <param name="Total">True to count all sub-accounts of the enterprise together, false to count them for each plugin.</param>
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
    /// <summary>5 sub-accounts for each plugin, 2 working days, claims of 4 hours.</summary>
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

/// <summary>Where an application for more sub-accounts stands (R46).</summary>
public enum ApplicationState
{
    Submitted,
    Approved,
    Rejected,
    Expired,
}

/// <summary>An application for more sub-accounts, on the form AE-DOC-2024-008 (R46).</summary>
/// <param name="Id">Names it within the enterprise.</param>
/// <param name="Seller">The shop that applied.</param>
/// <param name="Plugin">For which plugin; with the policy "total" the cap rises for all.</param>
/// <param name="Wanted">The cap applied for.</param>
/// <param name="Reason">The applicant's.</param>
/// <param name="SubmittedAt">When.</param>
/// <param name="State">As it was decided; the clock may have run out since, see <see cref="StateAt"/>.</param>
/// <param name="Cap">The cap that was approved.</param>
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

    /// <summary>The state by the clock: an approval that ran out is expired whether or not anybody noted it.</summary>
    public ApplicationState StateAt(DateTimeOffset now) =>
        State == ApplicationState.Approved && EndsAt <= now ? ApplicationState.Expired : State;
}
