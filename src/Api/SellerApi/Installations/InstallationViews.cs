using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Installations;

internal sealed record EnableRequest(string? Seller, string? Plugin);

/// <param name="Agreement">The agreement that the consent document shows.</param>
/// <param name="Scopes">All required scopes and any optional ones.</param>
/// <param name="Confirmation">From the refusal <c>broader-grant</c>.</param>
/// <param name="PriceVersion">The price version that was shown; without it the one in force is accepted.</param>
internal sealed record ConsentRequest(
    AgreementRequest? Agreement,
    ImmutableArray<string>? Scopes,
    string? Confirmation,
    int? PriceVersion = null
);

internal sealed record AgreementRequest(string? Version, string? Hash);

internal sealed record GrantsRequest(ImmutableArray<string>? Grants, string? Confirmation, bool? CloseUsed);

internal sealed record ReasonRequest(string? Reason);

/// <summary>Null lifts a setting; one that is not named stays as it is.</summary>
internal sealed class SettingsRequest
{
    // Setters run only for members that are present, which distinguishes null from absent.
    public int? SyncWindowHours
    {
        get;
        set => (field, NamesWindow) = (value, true);
    }

    public decimal? SpendCap
    {
        get;
        set => (field, NamesCap) = (value, true);
    }

    [JsonIgnore]
    public bool NamesWindow { get; private set; }

    [JsonIgnore]
    public bool NamesCap { get; private set; }
}

internal sealed record InstallationList(IReadOnlyList<InstallationView> Installations, string? NextCursor, bool HasMore);

/// <summary>An installation as a seller sees it (R56).</summary>
internal sealed record InstallationView(
    string Installation,
    string Seller,
    string Plugin,
    TextView PluginName,
    string State,
    TextView StateLabel,
    string Phase,
    string? ReasonCode,
    string? Reason,
    ImmutableArray<string> Grants,
    ImmutableArray<string> PendingScopes,
    ImmutableArray<string> CertifiedScopes,
    AcceptedAgreement? Agreement,
    DateTimeOffset? AuthorisationExpiresAt,
    string? Next,
    int? SyncWindowHours,
    decimal? SpendCap,
    long Version,
    DateTimeOffset CreatedAt,
    ImmutableArray<string> Allowed
)
{
    /// <summary>The prices in force, in the answer to enabling; null elsewhere.</summary>
    public PriceOfferView? Prices { get; init; }

    public static InstallationView Of(InstallationAnswer answer)
    {
        var (state, phase) = (answer.State, answer.Phase);
        return new InstallationView(
            answer.Id.ToString(),
            answer.Id.Seller.Value,
            answer.Id.Plugin.Value,
            NameOf(answer),
            StateOf(state.StateAt(answer.At)),
            SellerStateTexts.Of(state.StateAt(answer.At)),
            InstallationStates.NameOf(phase),
            InstallationStates.ReasonCodeOf(phase),
            ReasonOf(state, phase),
            state.GrantsAt(answer.At),
            answer.PendingScopes,
            answer.CertifiedScopes,
            state.Consent is { } consent
                ? new AcceptedAgreement(consent.AgreementVersion, consent.AgreementHash, consent.PriceVersion, consent.At, consent.By.Value)
                : null,
            state.Consent?.ExpiresAt,
            NextOf(phase),
            state.SyncWindowHours,
            state.SpendCap,
            state.Version,
            state.CreatedAt,
            InstallationStates.Allowed(state, answer.At)
        );
    }

    /// <summary>The plugin's name. A plugin is registered under one name, which is shown in both languages.</summary>
    public static TextView NameOf(InstallationAnswer answer)
    {
        var name = answer.PluginName.Length > 0 ? answer.PluginName : answer.Id.Plugin.Value;
        return new TextView(name, name);
    }

    public static string StateOf(SellerState state) =>
        state switch
        {
            SellerState.Running => "running",
            SellerState.Paused => "paused",
            _ => "auth-expired",
        };

    private static string? ReasonOf(Installation state, InstallationPhase phase) =>
        phase switch
        {
            InstallationPhase.AwaitingEntity => state.EntityProblem,
            InstallationPhase.Paused => state.Pause?.Reason,
            InstallationPhase.Suspended => state.Suspension?.Reason,
            InstallationPhase.Disabled => state.Disabling?.Reason,
            _ => null,
        };

    private static string? NextOf(InstallationPhase phase) =>
        phase switch
        {
            InstallationPhase.AwaitingConsent or InstallationPhase.AuthorisationExpired => "consent",
            InstallationPhase.AwaitingEntity => "entity",
            _ => null,
        };
}

/// <summary>The agreement as the seller accepted it.</summary>
internal sealed record AcceptedAgreement(string Version, string Hash, int? PriceVersion, DateTimeOffset AcceptedAt, string AcceptedBy);

// Refuse unknown and duplicate members instead of applying half of a command.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(EnableRequest))]
[JsonSerializable(typeof(ConsentRequest))]
[JsonSerializable(typeof(GrantsRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(SettingsRequest))]
[JsonSerializable(typeof(InstallationView))]
[JsonSerializable(typeof(InstallationList))]
[JsonSerializable(typeof(NothingRequest))]
[JsonSerializable(typeof(PermissionView))]
[JsonSerializable(typeof(PermissionList))]
internal sealed partial class SellerApiJson : JsonSerializerContext
{
    public static SellerApiJson Readable => field ??= new(Default.Options.Readable());
}
