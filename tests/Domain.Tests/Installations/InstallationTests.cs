using System.Text;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

public sealed class InstallationTests
{
    [Fact]
    public void The_three_steps_lead_to_running_and_every_step_says_what_is_next()
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());
        Assert.Equal((InstallationPhase.AwaitingConsent, InstallationRefusals.ConsentMissing), (kit.Phase, kit.Call("orders.read")));

        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Equal((InstallationPhase.AwaitingEntity, InstallationRefusals.EntityUnverified), (kit.Phase, kit.Call("orders.read")));

        kit.Does(new InstallationCommand.AcceptEntity(InstallationKit.Licence));
        Assert.Equal((InstallationPhase.Running, null), (kit.Phase, kit.Call("orders.read")));
        Assert.Equal(SellerState.Running, kit.State!.StateAt(kit.Now));
    }

    [Fact]
    public void An_enterprise_that_was_verified_first_is_not_asked_again()
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());
        kit.Does(new InstallationCommand.AcceptEntity(InstallationKit.Licence));
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Equal(InstallationPhase.Running, kit.Phase);
    }

    [Fact]
    public void The_accepted_agreement_is_kept_with_version_hash_time_and_person()
    {
        var consent = InstallationKit.Running().State!.Consent!;
        Assert.Equal(
            (Agreement.Standard.Version, Agreement.Standard.Hash, InstallationKit.Noon, ActorId.Parse("actor")),
            (consent.AgreementVersion, consent.AgreementHash, consent.At, consent.By)
        );
        Assert.Equal(64, consent.AgreementHash.Length);
        Assert.NotEqual(consent.AgreementHash, (Agreement.Standard with { Text = new BilingualText("x", "y") }).Hash);
    }

    [Fact]
    public void A_consent_to_another_agreement_is_refused_with_the_one_in_force()
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());
        var stale = kit.Consent(confirmed: false, kit.Plugin.RequiredScopes);
        kit.Plugin = InstallationKit.Profile(
            ["orders.read"],
            [],
            2,
            new Agreement("label-2", new BilingualText("新协议", "new agreement"))
        );

        var refusal = kit.Try(stale)!;

        Assert.Equal(InstallationRefusals.AgreementChangedCode, refusal.Code);
        Assert.Equal(
            ("label-2", kit.Plugin.Manifest.Agreement.Hash),
            (refusal.Evidence!["agreement_version"], refusal.Evidence["agreement_hash"])
        );
        Assert.Equal(InstallationPhase.AwaitingConsent, kit.Phase);
    }

    [Fact]
    public void A_consent_holds_all_required_scopes_and_nothing_that_is_not_certified()
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());

        var refusal = kit.Try(kit.Consent(confirmed: true, "orders.read"))!;
        Assert.Equal((InstallationRefusals.ScopeRequired, "logistics.write"), (refusal.Code, refusal.Evidence!["scopes"]));
        Assert.Equal(
            InstallationRefusals.ScopeNotCertifiedCode,
            kit.Refused(kit.Consent(confirmed: true, "logistics.write", "orders.read", "products.read"))
        );
        Assert.Equal(
            InstallationRefusals.ScopeNotCertifiedCode,
            kit.Refused(kit.Consent(confirmed: true, "logistics.write", "orders.read", "Orders.flag"))
        );
        Assert.Equal(1, kit.Facts);
    }

    [Fact]
    public void More_than_the_required_is_granted_by_a_second_confirmation_of_exactly_that_and_the_confirmation_is_kept()
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());
        var wanted = kit.Consent(confirmed: false, "logistics.write", "orders.flag", "orders.read");

        var refusal = kit.Try(wanted)!;
        Assert.Equal((InstallationRefusals.BroaderGrantCode, "orders.flag"), (refusal.Code, refusal.Evidence!["scopes"]));
        var confirmation = refusal.Evidence["confirmation"];

        // It confirms these scopes, not others.
        var more = kit.Consent(confirmed: false, "logistics.write", "orders.flag", "orders.read", "products.write") with
        {
            Confirmation = confirmation,
        };
        Assert.Equal(InstallationRefusals.BroaderGrantCode, kit.Refused(more));
        kit.Does(wanted with { Confirmation = confirmation });
        Assert.Equal((confirmation, 3), (kit.State!.Consent!.Confirmation, kit.State.Grants.Length));
    }

    [Fact]
    public void The_required_scopes_alone_need_no_confirmation_and_keep_none() =>
        Assert.Null(InstallationKit.Running().State!.Consent!.Confirmation);

    [Fact]
    public void Reading_orders_does_not_bring_changing_products()
    {
        var kit = InstallationKit.Running();
        Assert.Equal(["logistics.write", "orders.read"], kit.State!.Grants);
        Assert.Null(kit.Call("orders.read"));
        Assert.Equal(QuotaRefusals.ScopeMissing, kit.Call("products.write"));
    }

    [Theory]
    [InlineData("seller-user:staff")]
    [InlineData("seller-user:finance")]
    [InlineData("seller-center")]
    public void Closing_scopes_is_for_everybody_of_the_seller_and_adding_for_the_owner(string other)
    {
        var kit = InstallationKit.Running("orders.flag");
        var add = new InstallationCommand.ChangeGrants(["logistics.write", "orders.read"]);
        kit.Does(new InstallationCommand.ChangeGrants(["orders.read"]), ActorRole.Of(other));
        Assert.Equal(QuotaRefusals.ScopeMissing, kit.Call("logistics.write"));
        Assert.Equal("role-not-allowed", kit.Refused(add, ActorRole.Of(other)));
        kit.Does(add, ActorRole.OfUser(SellerRole.Owner));
        Assert.Null(kit.Call("logistics.write"));
    }

    [Fact]
    public void A_command_that_only_closes_does_not_grant_again_what_was_closed_meanwhile()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Does(new InstallationCommand.ChangeGrants(["orders.flag", "orders.read"]));
        kit.Does(new InstallationCommand.ChangeGrants(["logistics.write", "orders.read"], OnlyCloses: true));
        Assert.Equal(["orders.read"], kit.State!.Grants);
    }

    [Fact]
    public void Adding_an_optional_scope_takes_the_confirmation_and_closing_one_in_use_its_word()
    {
        var kit = InstallationKit.Running();
        Assert.Equal(
            InstallationRefusals.BroaderGrantCode,
            kit.Refused(kit.Grants(confirmed: false, "logistics.write", "orders.flag", "orders.read"))
        );
        kit.Does(kit.Grants(confirmed: true, "logistics.write", "orders.flag", "orders.read"));
        Assert.NotNull(kit.State!.Consent!.Confirmation);

        var close = new InstallationCommand.ChangeGrants(["orders.read"], UsedScopes: ["orders.read", "orders.flag"]);
        var refusal = kit.Try(close)!;
        Assert.Equal((InstallationRefusals.ScopeInUseCode, "orders.flag"), (refusal.Code, refusal.Evidence!["scopes"]));
        kit.Does(close with { CloseUsed = true });
        Assert.Equal(["orders.read"], kit.State!.Grants);
    }

    [Fact]
    public void New_scopes_of_a_new_version_stay_pending_while_the_old_ones_keep_working()
    {
        var kit = InstallationKit.Running();
        kit.Plugin = InstallationKit.Profile(
            ["logistics.write", "orders.flag", "orders.read", "products.read"],
            ["orders.split", "products.write"],
            2
        );

        // orders.flag became necessary, products.read and orders.split are new; products.write was offered before and not taken.
        Assert.Equal(["orders.flag", "orders.split", "products.read"], kit.State!.PendingScopes(kit.Plugin));
        Assert.Null(kit.Call("orders.read"));
        Assert.Equal(QuotaRefusals.ScopePending, kit.Call("products.read"));
        Assert.Equal(QuotaRefusals.ScopePending, kit.Call("orders.flag"));
        Assert.Equal(QuotaRefusals.ScopeMissing, kit.Call("products.write"));

        kit.Does(kit.Grants(confirmed: false, "logistics.write", "orders.flag", "orders.read", "products.read"));
        Assert.Null(kit.Call("products.read"));
        Assert.Equal(["orders.split"], kit.State.PendingScopes(kit.Plugin));
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Empty(kit.State.PendingScopes(kit.Plugin));
    }

    [Fact]
    public void Nothing_is_added_under_an_agreement_that_is_no_longer_in_force_and_everything_is_closed()
    {
        var kit = InstallationKit.Running();
        kit.Plugin = InstallationKit.Profile(
            ["logistics.write", "orders.read"],
            ["orders.flag"],
            2,
            new Agreement("label-2", new BilingualText("新", "new"))
        );
        Assert.Equal(
            InstallationRefusals.AgreementChangedCode,
            kit.Refused(kit.Grants(confirmed: true, "logistics.write", "orders.flag", "orders.read"))
        );
        kit.Does(kit.Grants(confirmed: false, "orders.read"));
        Assert.Null(kit.Call("orders.read"));
    }

    [Fact]
    public void A_scope_that_lost_its_certification_is_no_longer_in_force()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Plugin = InstallationKit.Profile(["orders.read"], []);
        Assert.Null(kit.Call("orders.read"));
        Assert.Equal(QuotaRefusals.ScopeMissing, kit.Call("orders.flag"));
    }

    [Fact]
    public void What_a_state_forbids_is_refused_with_what_it_allows()
    {
        var kit = new InstallationKit();
        Assert.Equal(InstallationRefusals.InstallationNotFound, kit.Refused(new InstallationCommand.Pause(null)));
        kit.Does(new InstallationCommand.Enable());
        Forbidden(new InstallationCommand.Pause(null), "awaiting-consent", "consent settings disable");
        Forbidden(new InstallationCommand.Resume(), "awaiting-consent", "consent settings disable");
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Forbidden(new InstallationCommand.Pause(null), "awaiting-entity", "consent grants settings disable");
        kit.Does(new InstallationCommand.AcceptEntity(InstallationKit.Licence));
        kit.Does(new InstallationCommand.Suspend("abuse"));
        Forbidden(new InstallationCommand.Pause(null), "suspended", "consent grants settings disable");
        kit.Does(new InstallationCommand.Disable(null));
        Forbidden(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes), "disabled", "enable");
        Forbidden(new InstallationCommand.ChangeSettings(24, null), "disabled", "enable");

        void Forbidden(InstallationCommand command, string phase, string allowed)
        {
            var refusal = kit.Try(command)!;
            Assert.Equal(
                (InstallationRefusals.StateForbidsCode, phase, allowed),
                (refusal.Code, refusal.Evidence!["phase"], refusal.Evidence["allowed"])
            );
        }
    }

    [Fact]
    public void A_suspension_survives_disabling_and_enabling_and_only_the_platform_ends_it()
    {
        var kit = InstallationKit.Running();
        kit.Does(new InstallationCommand.Suspend("abuse"));
        Assert.Equal(InstallationRefusals.InstallationSuspended, kit.Call("orders.read"));
        kit.Does(new InstallationCommand.Disable(null));
        Assert.Equal(InstallationRefusals.InstallationDisabled, kit.Call("orders.read"));
        kit.Does(new InstallationCommand.Enable());
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Equal((InstallationPhase.Suspended, InstallationRefusals.InstallationSuspended), (kit.Phase, kit.Call("orders.read")));
        kit.Does(new InstallationCommand.Lift());
        Assert.Equal((InstallationPhase.Running, null), (kit.Phase, kit.Call("orders.read")));
    }

    [Fact]
    public void Disabling_ends_consent_and_grants_and_enabling_begins_at_the_consent()
    {
        var kit = InstallationKit.Running("products.write");
        kit.Does(new InstallationCommand.ChangeSettings(24, 5m));
        kit.Does(new InstallationCommand.Disable("not needed"));
        Assert.Empty(kit.State!.Grants);
        Assert.Null(kit.State.Consent);
        kit.Does(new InstallationCommand.Enable());
        Assert.Equal((InstallationPhase.AwaitingConsent, 24, 5m), (kit.Phase, kit.State.SyncWindowHours, kit.State.SpendCap));
        Assert.Equal(InstallationKit.Noon, kit.State.CreatedAt);
    }

    [Fact]
    public void A_token_of_an_enablement_that_has_ended_opens_nothing_of_the_next()
    {
        var kit = InstallationKit.Running();
        var first = kit.State!.EnabledAt;
        Assert.Null(kit.Call("orders.read", first));
        kit.Does(new InstallationCommand.Disable(null));
        kit.Now += TimeSpan.FromMilliseconds(1);
        kit.Does(new InstallationCommand.Enable());
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        Assert.Equal(QuotaRefusals.TokenRevoked, kit.Call("orders.read", first));
        Assert.Null(kit.Call("orders.read", kit.State.EnabledAt));
        Assert.Null(kit.Call("orders.read"));
    }

    [Fact]
    public void A_plugin_that_is_not_certified_is_neither_enabled_nor_consented_to()
    {
        var kit = new InstallationKit();
        kit.Plugin = kit.Plugin with { Certified = false };
        Assert.Equal(InstallationRefusals.PluginNotCertified, kit.Refused(new InstallationCommand.Enable()));
        kit.Plugin = kit.Plugin with { Certified = true };
        kit.Does(new InstallationCommand.Enable());
        kit.Plugin = kit.Plugin with { Certified = false };
        Assert.Equal(InstallationRefusals.PluginNotCertified, kit.Refused(kit.Consent(confirmed: true, kit.Plugin.Scopes)));
    }

    [Fact]
    public void What_was_overtaken_by_later_news_of_the_enterprise_does_not_come_back_with_a_repeat()
    {
        var kit = InstallationKit.Running();
        kit.Does(new InstallationCommand.DropEntity("licence expired", null, 8));
        Assert.Equal((InstallationPhase.AwaitingEntity, "licence expired"), (kit.Phase, kit.State!.EntityProblem));
        kit.Does(new InstallationCommand.AcceptEntity(InstallationKit.Licence, 7));
        Assert.Equal(InstallationPhase.AwaitingEntity, kit.Phase);
        kit.Does(new InstallationCommand.AcceptEntity(InstallationKit.Licence, 9));
        kit.Does(new InstallationCommand.DropEntity("licence expired", null, 8));
        kit.Does(new InstallationCommand.DropEntity("of another enterprise", "91440300MA5OTHER0X", 12));
        Assert.Equal(InstallationPhase.Running, kit.Phase);
    }

    [Fact]
    public void The_fact_of_the_one_step_enabling_is_read_and_nothing_runs_by_it()
    {
        var kit = new InstallationKit();
        kit.Happens(InstallationEvent.Decode("enabled", "{\"grants\":[\"orders.read\"]}"u8.ToArray()));
        kit.Happens(InstallationEvent.Decode("grants-changed", "{\"grants\":[\"logistics.write\",\"orders.read\"]}"u8.ToArray()));
        kit.Happens(InstallationEvent.Decode("settings-changed", "{\"sync_window_hours\":24,\"spend_cap\":null}"u8.ToArray()));

        Assert.Equal((InstallationPhase.AwaitingConsent, InstallationRefusals.ConsentMissing), (kit.Phase, kit.Call("orders.read")));
        Assert.Equal((2, 24), (kit.State!.Grants.Length, kit.State.SyncWindowHours));
        kit.Does(new InstallationCommand.Enable());
        kit.Does(kit.Consent(confirmed: false, kit.Plugin.RequiredScopes));
        kit.Does(new InstallationCommand.AcceptEntity(InstallationKit.Licence));
        Assert.Equal(InstallationPhase.Running, kit.Phase);
    }

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(1, null, true)]
    [InlineData(Installation.MaxSyncWindowHours, null, true)]
    [InlineData(Installation.MaxSyncWindowHours + 1, null, false)]
    [InlineData(null, "0", true)]
    [InlineData(null, "-0.001", false)]
    [InlineData(null, "0.001", true)]
    [InlineData(null, "0.0001", false)]
    [InlineData(null, "10000000", true)]
    [InlineData(null, "10000000.001", false)]
    public void Settings_have_bounds(int? hours, string? cap, bool valid)
    {
        var amount = cap is null ? (decimal?)null : decimal.Parse(cap, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            valid ? null : InstallationRefusals.SettingInvalid,
            InstallationKit.Running().Refused(new InstallationCommand.ChangeSettings(hours, amount))
        );
    }

    [Theory]
    [InlineData("seller-user:staff")]
    [InlineData("seller-center")]
    public void Who_may_not_approve_charges_lowers_the_cap_and_neither_raises_nor_lifts_it(string text)
    {
        var (kit, role) = (InstallationKit.Running(), ActorRole.Of(text));
        kit.Does(new InstallationCommand.ChangeSettings(null, 5m), role);
        kit.Does(new InstallationCommand.ChangeSettings(24, 4m), role);
        Assert.Equal("role-not-allowed", kit.Refused(new InstallationCommand.ChangeSettings(24, 4.001m), role));
        Assert.Equal("role-not-allowed", kit.Refused(new InstallationCommand.ChangeSettings(24, null), role));
        kit.Does(new InstallationCommand.ChangeSettings(24, 4.001m), ActorRole.OfUser(SellerRole.Finance));
        kit.Does(new InstallationCommand.ChangeSettings(24, null), ActorRole.OfUser(SellerRole.Owner));
    }

    [Fact]
    public void A_profile_written_before_there_were_manifests_requires_nothing_and_a_new_one_comes_back_whole()
    {
        var profile = InstallationKit.Profile(["orders.read"], ["products.write"], 3) with { };
        var json = Encoding.UTF8.GetString(profile.Encode().Span);
        var old = json[..json.IndexOf(",\"manifest\"", StringComparison.Ordinal)] + "}";

        Assert.Empty(PluginProfile.Decode(Encoding.UTF8.GetBytes(old)).RequiredScopes);
        var back = PluginProfile.Decode(profile.Encode());
        Assert.Equal(json, Encoding.UTF8.GetString(back.Encode().Span));
        Assert.Equal((profile.Manifest.Agreement.Hash, 3), (back.Manifest.Agreement.Hash, back.Manifest.Version));
    }
}
