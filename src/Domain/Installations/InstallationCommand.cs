using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Installations;

/// <summary>A command on an installation.</summary>
[GenerateSerializer, Immutable, Alias("mp.installations.command")]
public abstract record InstallationCommand
{
    private InstallationCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Step 1 (R41): starts the enabling, also again after disabling. Grants nothing.</summary>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.begin")]
    public sealed record Enable : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("enable");
    }

    /// <summary>Step 2 (R42): accepts the agreement and grants exactly these scopes; repeating it renews the authorisation.</summary>
    /// <param name="AgreementVersion">The version the seller was shown.</param>
    /// <param name="AgreementHash">The hash of the text the seller was shown.</param>
    /// <param name="Scopes">All required scopes and any optional ones.</param>
    /// <param name="Confirmation">
    /// The confirmation from the refusal <c>broader-grant</c>, to grant scopes beyond the required ones (R69).
    /// </param>
    /// <param name="PriceVersion">
    /// Number of the price book the seller was shown; the consent is refused if another one is in force. Null to accept the one in force.
    /// </param>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.consent")]
    public sealed record Consent(
        [property: Id(0)] string AgreementVersion,
        [property: Id(1)] string AgreementHash,
        [property: Id(2)] ImmutableArray<string> Scopes,
        [property: Id(3)] string? Confirmation,
        [property: Id(4)] int? PriceVersion = null
    ) : InstallationCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "consent",
                [AgreementVersion, AgreementHash, CommandFingerprint.Text(ConsentRules.Sorted(Scopes)), .. Prices]
            );

        // Consents without a version keep the fingerprint that they had before prices were accepted.
        private IEnumerable<string> Prices => PriceVersion is { } version ? [CommandFingerprint.Text(version)] : [];
    }

    /// <summary>Sets exactly which scopes are granted under the existing consent (R71).</summary>
    /// <param name="Grants">The scopes.</param>
    /// <param name="Confirmation">As for <see cref="Consent"/>.</param>
    /// <param name="UsedScopes">Scopes used in the last 30 days; closing one of them is refused unless confirmed.</param>
    /// <param name="CloseUsed">True to confirm closing used scopes.</param>
    /// <param name="OnlyCloses">True if nothing is to be added: a scope that was closed meanwhile stays closed.</param>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.change-grants")]
    public sealed record ChangeGrants(
        [property: Id(0)] ImmutableArray<string> Grants,
        [property: Id(1)] string? Confirmation = null,
        [property: Id(2)] ImmutableArray<string> UsedScopes = default,
        [property: Id(3)] bool CloseUsed = false,
        // 4 is reserved: it was the right to add, which follows from the initiator's role.
        [property: Id(5)] bool OnlyCloses = false
    ) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("grants", CommandFingerprint.Text(ConsentRules.Sorted(Grants)));
    }

    /// <summary>Step 3 (R43): the seller's enterprise is verified.</summary>
    /// <param name="Licence">Its unified social credit code.</param>
    /// <param name="Version">Version of the enterprise at that time; ignored if older than the last known one. 0 for unknown.</param>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.accept-entity")]
    public sealed record AcceptEntity([property: Id(0)] string Licence, [property: Id(1)] long Version = 0) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("accept-entity", Licence);
    }

    /// <summary>The seller's enterprise is no longer verified.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Licence">The enterprise concerned; null for any.</param>
    /// <param name="Version">As for <see cref="AcceptEntity"/>.</param>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.drop-entity")]
    public sealed record DropEntity(
        [property: Id(0)] string Reason,
        [property: Id(1)] string? Licence = null,
        [property: Id(2)] long Version = 0
    ) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("drop-entity", Reason, CommandFingerprint.Text(Version));
    }

    /// <summary>Pauses the installation; issued by the seller.</summary>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.pause")]
    public sealed record Pause([property: Id(0)] string? Reason) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("pause", Reason);
    }

    [GenerateSerializer, Immutable, Alias("mp.installations.command.resume")]
    public sealed record Resume : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("resume");
    }

    /// <summary>Suspends the installation; issued by the platform. Survives disabling and enabling again.</summary>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.suspend")]
    public sealed record Suspend([property: Id(0)] string Reason) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("suspend", Reason);
    }

    /// <summary>Lifts the platform's suspension.</summary>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.lift")]
    public sealed record Lift : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("lift");
    }

    /// <summary>Ends consent and grants.</summary>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.disable")]
    public sealed record Disable([property: Id(0)] string? Reason) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("disable", Reason);
    }

    /// <param name="SyncWindowHours">How far back orders are visible; null for all (R59).</param>
    /// <param name="SpendCap">CNY a calendar month; null for none.</param>
    /// <param name="KeepsWindow">True to keep the window, because it was not given.</param>
    /// <param name="KeepsCap">True to keep the cap, because it was not given.</param>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.change-settings")]
    public sealed record ChangeSettings(
        [property: Id(0)] int? SyncWindowHours,
        [property: Id(1)] decimal? SpendCap,
        // 2 is reserved: it was the right to raise the cap, which follows from the initiator's role.
        [property: Id(3)] bool KeepsWindow = false,
        [property: Id(4)] bool KeepsCap = false
    ) : InstallationCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "settings",
                Said(KeepsWindow, SyncWindowHours is { } hours ? CommandFingerprint.Text(hours) : null),
                Said(KeepsCap, SpendCap is { } cap ? CommandFingerprint.Text(cap) : null)
            );

        // A setting that was not given differs from null, which removes the limit, and from any value.
        private static string Said(bool keeps, string? value) => keeps ? "kept" : $"set to {value ?? "none"}";
    }

    /// <summary>The seller has reviewed the permissions (R71).</summary>
    /// <param name="Idle">The idle scopes shown.</param>
    [GenerateSerializer, Immutable, Alias("mp.installations.command.sign-off-review")]
    public sealed record SignOffReview([property: Id(0)] ImmutableArray<string> Idle) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("sign-off-review");
    }

    [GenerateSerializer, Immutable, Alias("mp.installations.command.revoke-token")]
    public sealed record RevokeToken([property: Id(0)] string TokenId, [property: Id(1)] DateTimeOffset ExpiresAt) : InstallationCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("revoke-token", TokenId, CommandFingerprint.Text(ExpiresAt));
    }
}
