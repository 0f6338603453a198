using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Installations;

namespace Marketplace.Api.Installations;

internal sealed record EnableRequest(string? Seller, string? Plugin, ImmutableArray<string>? Grants);

internal sealed record GrantsRequest(ImmutableArray<string>? Grants);

internal sealed record ReasonRequest(string? Reason);

internal sealed record SettingsRequest([property: JsonRequired] int? SyncWindowHours, [property: JsonRequired] decimal? SpendCap);

internal sealed record InstallationList(IReadOnlyList<InstallationView> Installations);

/// <summary>An installation as a seller sees it (R56).</summary>
internal sealed record InstallationView(
    string Installation,
    string Seller,
    string Plugin,
    string State,
    string StateLabel,
    string? Reason,
    ImmutableArray<string> Grants,
    ImmutableArray<string> CertifiedScopes,
    int? SyncWindowHours,
    decimal? SpendCap,
    long Version,
    DateTimeOffset CreatedAt)
{
    public static InstallationView Of(InstallationAnswer answer) => new(
        answer.Id.ToString(),
        answer.Id.Seller.Value,
        answer.Id.Plugin.Value,
        StateOf(answer.State.State),
        LabelOf(answer.State.State),
        answer.State.Pause?.Reason,
        answer.State.Grants,
        answer.CertifiedScopes,
        answer.State.SyncWindowHours,
        answer.State.SpendCap,
        answer.State.Version,
        answer.State.CreatedAt);

    public static string StateOf(SellerState state) => state switch
    {
        SellerState.Running => "running",
        SellerState.Paused => "paused",
        _ => "auth-expired",
    };

    private static string LabelOf(SellerState state) => state switch
    {
        SellerState.Running => "运行中",
        SellerState.Paused => "暂停",
        _ => "授权过期",
    };
}

// What Seller Center sends is a command: a member misspelt or given twice must not be half of one.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(EnableRequest))]
[JsonSerializable(typeof(GrantsRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(SettingsRequest))]
[JsonSerializable(typeof(InstallationView))]
[JsonSerializable(typeof(InstallationList))]
internal sealed partial class SellerApiJson : JsonSerializerContext
{
    public static SellerApiJson Readable => field ??= new(Default.Options.Readable());
}
