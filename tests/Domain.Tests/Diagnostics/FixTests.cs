using Marketplace.Catalogue;
using Marketplace.Diagnostics;
using Marketplace.Domain.Tests.Installations;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Diagnostics;

/// <summary>A finding's call is one that works (R58), by somebody who may make it.</summary>
public sealed class FixTests
{
    private static readonly Agreement Changed = new("2", new BilingualText("其他条款", "Other terms."));

    [Fact]
    public void A_scope_is_granted_under_the_agreement_and_where_that_changed_by_a_new_consent()
    {
        var kit = InstallationKit.Running();
        var granted = First(kit, Refused("orders.flag", kit.Now)).Fix;
        Assert.Equal(("owner", "PUT", "/seller/v1/installations/s-1/label-printer/grants"), (granted.By, granted.Method, granted.Href));

        kit.Plugin = InstallationKit.Profile(["logistics.write", "orders.read"], ["orders.flag"], version: 2, Changed);
        Assert.Equal(InstallationRefusals.AgreementChangedCode, kit.Refused(kit.Grants(true, [.. kit.State!.Grants, "orders.flag"])));
        var consented = First(kit, Refused("orders.flag", kit.Now)).Fix;

        Assert.Equal(
            ("owner", "POST", "/seller/v1/installations/s-1/label-printer/consent"),
            (consented.By, consented.Method, consented.Href)
        );
        Assert.Contains($"\"hash\":\"{Changed.Hash}\"", consented.Body, StringComparison.Ordinal);
        Assert.Contains("\"scopes\":[\"logistics.write\",\"orders.flag\",\"orders.read\"]", consented.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_consent_the_lost_certification_comes_first_because_none_can_be_given(bool disabled)
    {
        var kit = new InstallationKit();
        kit.Does(new InstallationCommand.Enable());
        if (disabled)
        {
            kit.Does(new InstallationCommand.Disable(null));
        }

        kit.Plugin = kit.Plugin with { Certified = false };
        var refused = new ErrorEntry(
            1,
            kit.Now,
            "orders.list",
            disabled ? InstallationRefusals.InstallationDisabled : InstallationRefusals.ConsentMissing,
            403
        );
        var findings = Diagnose(kit, null, refused).Findings;

        Assert.Equal(InstallationRefusals.PluginNotCertified, findings[0].Code);
        Assert.Equal(refused.Code, findings[1].Code);
        Assert.All(findings, finding => Assert.Equal(("developer", null), (finding.Fix.By, finding.Fix.Href)));
    }

    [Fact]
    public void With_a_consent_in_force_the_lost_certification_stops_nothing()
    {
        var kit = InstallationKit.Running();
        kit.Plugin = kit.Plugin with { Certified = false };

        Assert.Equal((InstallationRefusals.PluginNotCertified, FindingForce.Threatens), Of(First(kit)));
    }

    [Theory]
    [InlineData(ReviewState.Lapsed)]
    [InlineData(ReviewState.Rejected)]
    [InlineData(ReviewState.NeedsInfo)]
    [InlineData(ReviewState.Draft)]
    public void Nothing_is_handed_in_without_documents(ReviewState review)
    {
        var kit = InstallationKit.Running();
        kit.Does(new InstallationCommand.DropEntity("lapsed"));
        Fix With(bool documents) =>
            Diagnose(
                kit,
                new EntityEvidence(new EntityStatus(InstallationKit.Licence, false, review, null, 1), null, 0, 5, null, documents)
            )
                .Findings[0]
                .Fix;

        Assert.Equal("/seller/v1/enterprise/submit", With(documents: true).Href);
        Assert.Null(With(documents: false).Href);
    }

    [Fact]
    public void A_scope_that_the_plugin_no_longer_asks_for_is_no_error()
    {
        var kit = InstallationKit.Running();
        var old = Refused("orders.flag", kit.Now.AddDays(-90));

        Assert.Equal((QuotaRefusals.ScopeMissing, FindingForce.Advises), Of(First(kit, old)));
        Assert.Equal((QuotaRefusals.ScopeMissing, FindingForce.StopsSome), Of(First(kit, Refused("orders.flag", kit.Now.AddHours(-24)))));

        var both = First(kit, Refused("products.write", kit.Now), old);
        Assert.Equal(FindingForce.StopsSome, both.Force);
        Assert.DoesNotContain("orders.flag", both.Fix.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_any_one_of_several_scopes_would_do_those_that_can_be_granted_are_named_and_none_once_one_is()
    {
        var kit = InstallationKit.Running();
        kit.Plugin = InstallationKit.Profile(["logistics.write"], ["orders.flag", "products.write"], version: 2);
        var finding = First(kit, Refused(ScopeNeed.Any("orders.flag", "products.read", "products.write").ToString(), kit.Now));

        Assert.Equal((QuotaRefusals.ScopeMissing, FindingForce.StopsSome), Of(finding));
        Assert.Equal("orders.flag products.write", finding.Evidence["missing"]);
        Assert.DoesNotContain(
            Diagnose(InstallationKit.Running(), null, Refused(ScopeNeed.Any("orders.flag", "orders.read").ToString(), kit.Now)).Findings,
            found => found.Code == QuotaRefusals.ScopeMissing
        );
    }

    private static (string Code, FindingForce Force) Of(Finding finding) => (finding.Code, finding.Force);

    private static ErrorEntry Refused(string scope, DateTimeOffset at) =>
        new((UInt128)at.Ticks, at, "some.operation", QuotaRefusals.ScopeMissing, 403) { Scope = scope };

    private static Finding First(InstallationKit kit, params ErrorEntry[] errors) => Diagnose(kit, null, errors).Findings[0];

    private static Diagnosis Diagnose(InstallationKit kit, EntityEvidence? entity, params ErrorEntry[] errors)
    {
        var evidence = new DiagnosisEvidence(InstallationKit.Id, kit.Now)
        {
            Answered =
                EvidenceSources.Installation
                | EvidenceSources.Plugin
                | EvidenceSources.Errors
                | (entity is null ? EvidenceSources.None : EvidenceSources.Entity),
            Installation = kit.State,
            CertifiedScopes = kit.Plugin.Scopes,
            Plugin = kit.Plugin,
            Entity = entity,
            Errors = errors,
        };
        return Diagnosis.Of("d", evidence, DiagnosisChecks.All.Select(check => check.Run(evidence)));
    }
}
