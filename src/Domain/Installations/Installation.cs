using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace.Installations;

/// <summary>The life of one installation: the fold of its journal facts.</summary>
/// <param name="Grants">Granted scopes, sorted.</param>
/// <param name="Pause">Set while the seller has paused it.</param>
/// <param name="SyncWindowHours">How far back orders are visible; null for all.</param>
/// <param name="SpendCap">CNY a calendar month; null for none.</param>
/// <param name="RevokedTokens">Token ids with the instant from which they no longer matter.</param>
/// <param name="CreatedAt">When it was enabled.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.installations.installation")]
public sealed record Installation(
    [property: Id(0)] ImmutableArray<string> Grants,
    [property: Id(1)] SellerPause? Pause,
    [property: Id(2)] int? SyncWindowHours,
    [property: Id(3)] decimal? SpendCap,
    [property: Id(4)] ImmutableDictionary<string, DateTimeOffset> RevokedTokens,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] long Version)
{
    /// <summary>The longest sync window that can be set: ten years.</summary>
    public const int MaxSyncWindowHours = 10 * 366 * 24;

    /// <summary>The largest spend cap that can be set, in CNY a month.</summary>
    public const decimal MaxSpendCap = 10_000_000m;

    /// <summary>Seller-visible state (R56): there are exactly 运行中, 暂停 and 授权过期.</summary>
    public SellerState State => Pause is null ? SellerState.Running : SellerState.Paused;

    /// <summary>Decides a command; an empty list means that it is so already.</summary>
    /// <param name="state">Null before the installation was enabled.</param>
    /// <param name="command">What is wanted.</param>
    /// <param name="plugin">The plugin as it is certified now.</param>
    public static Outcome<ImmutableArray<InstallationEvent>> Decide(Installation? state, InstallationCommand command, PluginProfile plugin)
    {
        if (command is InstallationCommand.Enable enable)
        {
            return Enable(state, enable, plugin);
        }

        if (state is null)
        {
            return InstallationRefusals.NotFound();
        }

        return command switch
        {
            InstallationCommand.ChangeGrants change => ChangeGrants(state, change, plugin),
            InstallationCommand.Pause => If(state.Pause is null, EventOf(command)),
            InstallationCommand.Resume => If(state.Pause is not null, EventOf(command)),
            InstallationCommand.ChangeSettings settings => ChangeSettings(state, settings),
            InstallationCommand.RevokeToken revoke =>
                If(!state.RevokedTokens.ContainsKey(revoke.TokenId), EventOf(command)),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };
    }

    /// <summary>The event a command leads to if it changes anything.</summary>
    public static InstallationEvent EventOf(InstallationCommand command) => command switch
    {
        InstallationCommand.Enable enable => new InstallationEvent.Enabled(Sorted(enable.Grants)),
        InstallationCommand.ChangeGrants change => new InstallationEvent.GrantsChanged(Sorted(change.Grants)),
        InstallationCommand.Pause pause => new InstallationEvent.Paused(pause.Reason),
        InstallationCommand.Resume => new InstallationEvent.Resumed(),
        InstallationCommand.ChangeSettings settings => new InstallationEvent.SettingsChanged(settings.SyncWindowHours, settings.SpendCap),
        InstallationCommand.RevokeToken revoke => new InstallationEvent.TokenRevoked(revoke.TokenId, revoke.ExpiresAt),
        _ => throw new InvalidOperationException($"No event for {command.GetType().Name}."),
    };

    /// <summary>Folds one event.</summary>
    public static Installation Evolve(Installation? state, InstallationEvent happened, DateTimeOffset at)
    {
        if (happened is InstallationEvent.Enabled enabled)
        {
            return new Installation(enabled.Grants, null, null, null, ImmutableDictionary<string, DateTimeOffset>.Empty, at, 1);
        }

        var next = (state ?? throw new InvalidOperationException("An installation's first fact must enable it.")) with { Version = state.Version + 1 };
        return happened switch
        {
            InstallationEvent.GrantsChanged changed => next with { Grants = changed.Grants },
            InstallationEvent.Paused paused => next with { Pause = new SellerPause(at, paused.Reason) },
            InstallationEvent.Resumed => next with { Pause = null },
            InstallationEvent.SettingsChanged settings => next with { SyncWindowHours = settings.SyncWindowHours, SpendCap = settings.SpendCap },
            InstallationEvent.TokenRevoked revoked => next with { RevokedTokens = Without(next.RevokedTokens, at).SetItem(revoked.TokenId, revoked.ExpiresAt) },
            _ => throw new InvalidOperationException($"No fold for {happened.GetType().Name}."),
        };
    }

    private static Outcome<ImmutableArray<InstallationEvent>> Enable(Installation? state, InstallationCommand.Enable command, PluginProfile plugin)
    {
        if (!plugin.Certified)
        {
            return InstallationRefusals.NotCertified(plugin.Id);
        }

        var grants = Sorted(command.Grants);
        return NotCertified(grants, plugin) is { } refusal
            ? refusal
            : If(state is null, EventOf(command));
    }

    private static Outcome<ImmutableArray<InstallationEvent>> ChangeGrants(
        Installation state, InstallationCommand.ChangeGrants command, PluginProfile plugin)
    {
        var grants = Sorted(command.Grants);
        return NotCertified(grants, plugin) is { } refusal
            ? refusal
            : If(!grants.SequenceEqual(state.Grants), EventOf(command));
    }

    private static Outcome<ImmutableArray<InstallationEvent>> ChangeSettings(Installation state, InstallationCommand.ChangeSettings settings)
    {
        if (settings.SyncWindowHours is < 1 or > MaxSyncWindowHours)
        {
            return InstallationRefusals.Setting("sync_window_hours", $"1 to {MaxSyncWindowHours}, or null for all orders");
        }

        if (settings.SpendCap is < 0 or > MaxSpendCap || (settings.SpendCap is { } cap && decimal.Round(cap, 3) != cap))
        {
            return InstallationRefusals.Setting("spend_cap", $"0 to {MaxSpendCap} CNY with at most three decimals, or null for no cap");
        }

        var changes = settings.SyncWindowHours != state.SyncWindowHours || settings.SpendCap != state.SpendCap;
        return If(changes, EventOf(settings));
    }

    private static Outcome<ImmutableArray<InstallationEvent>> If(bool changes, InstallationEvent happened) =>
        changes ? ImmutableArray.Create(happened) : ImmutableArray<InstallationEvent>.Empty;

    // The seller grants within what was certified, never more (R07, R18).
    private static Refusal? NotCertified(ImmutableArray<string> grants, PluginProfile plugin)
    {
        var beyond = grants.FirstOrDefault(grant => !plugin.Scopes.Contains(grant));
        return beyond is null ? null : InstallationRefusals.ScopeNotCertified(beyond, plugin.Id);
    }

    private static ImmutableArray<string> Sorted(ImmutableArray<string> grants) => [.. grants.Distinct().Order(StringComparer.Ordinal)];

    private static ImmutableDictionary<string, DateTimeOffset> Without(ImmutableDictionary<string, DateTimeOffset> tokens, DateTimeOffset now) =>
        tokens.RemoveRange(tokens.Where(token => token.Value <= now).Select(token => token.Key));
}

/// <summary>The seller's own pause.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.pause")]
public sealed record SellerPause([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string? Reason);

/// <summary>What a seller sees of an installation (R56).</summary>
public enum SellerState
{
    /// <summary>运行中.</summary>
    Running,

    /// <summary>暂停.</summary>
    Paused,

    /// <summary>授权过期.</summary>
    AuthExpired,
}
