using System.Collections.Immutable;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit;

namespace Marketplace.Cluster.Tests.Installations;

/// <summary>Commands that a process of the last release sends during a rolling upgrade.</summary>
public sealed class CommandWireTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void A_claim_to_authority_in_an_earlier_change_of_grants_is_ignored()
    {
        var command = Read<EarlierChangeGrants, InstallationCommand.ChangeGrants>(new(["orders.read"], "c", ["orders.flag"], true, true));

        Assert.Equal(["orders.read"], command.Grants);
        Assert.Equal(["orders.flag"], command.UsedScopes);
        Assert.Equal(("c", true, false), (command.Confirmation, command.CloseUsed, command.OnlyCloses));
    }

    [Fact]
    public void A_claim_to_authority_in_an_earlier_change_of_settings_is_ignored() =>
        Assert.Equal(
            new InstallationCommand.ChangeSettings(24, 1.5m, KeepsWindow: false, KeepsCap: true),
            Read<EarlierChangeSettings, InstallationCommand.ChangeSettings>(new(24, 1.5m, true, false, true))
        );

    private static TNow Read<TEarlier, TNow>(TEarlier earlier)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        return serializer.Deserialize<TNow>(serializer.SerializeToArray(earlier))!;
    }
}

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-command")]
public abstract record EarlierCommand;

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-change-grants")]
public sealed record EarlierChangeGrants(
    [property: Id(0)] ImmutableArray<string> Grants,
    [property: Id(1)] string? Confirmation,
    [property: Id(2)] ImmutableArray<string> UsedScopes,
    [property: Id(3)] bool CloseUsed,
    [property: Id(4)] bool MayAdd
) : EarlierCommand;

[GenerateSerializer, Immutable, Alias("mp.tests.earlier-change-settings")]
public sealed record EarlierChangeSettings(
    [property: Id(0)] int? SyncWindowHours,
    [property: Id(1)] decimal? SpendCap,
    [property: Id(2)] bool MayRaiseCap,
    [property: Id(3)] bool KeepsWindow,
    [property: Id(4)] bool KeepsCap
) : EarlierCommand;
