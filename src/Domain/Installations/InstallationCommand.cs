using System.Collections.Immutable;

namespace Marketplace.Installations;

/// <summary>What somebody wants of an installation.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.command")]
public abstract record InstallationCommand
{
    private InstallationCommand()
    {
    }

    [GenerateSerializer, Immutable, Alias("mp.installations.command.enable")]
    public sealed record Enable([property: Id(0)] ImmutableArray<string> Grants) : InstallationCommand;

    [GenerateSerializer, Immutable, Alias("mp.installations.command.change-grants")]
    public sealed record ChangeGrants([property: Id(0)] ImmutableArray<string> Grants) : InstallationCommand;

    [GenerateSerializer, Immutable, Alias("mp.installations.command.pause")]
    public sealed record Pause([property: Id(0)] string? Reason) : InstallationCommand;

    [GenerateSerializer, Immutable, Alias("mp.installations.command.resume")]
    public sealed record Resume : InstallationCommand;

    [GenerateSerializer, Immutable, Alias("mp.installations.command.change-settings")]
    public sealed record ChangeSettings([property: Id(0)] int? SyncWindowHours, [property: Id(1)] decimal? SpendCap) : InstallationCommand;

    [GenerateSerializer, Immutable, Alias("mp.installations.command.revoke-token")]
    public sealed record RevokeToken([property: Id(0)] string TokenId, [property: Id(1)] DateTimeOffset ExpiresAt) : InstallationCommand;
}
