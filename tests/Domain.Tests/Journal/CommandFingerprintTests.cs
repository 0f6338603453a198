using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Enterprises;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Risk;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

/// <summary>
/// What makes two commands under one operation id the same: what the caller said, and nothing that was made or looked up for it.
/// </summary>
public sealed class CommandFingerprintTests
{
    private static readonly SellerId Seller = SellerId.Parse("s-1", null);
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 4, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Same =>
        new()
        {
            {
                new InstallationCommand.Consent("v1", "h", ["b", "a"], "yes").Fingerprint,
                new InstallationCommand.Consent("v1", "h", ["a", "b"], null).Fingerprint
            },
            {
                new InstallationCommand.ChangeGrants(["b", "a"], UsedScopes: ["a"]).Fingerprint,
                new InstallationCommand.ChangeGrants(["a", "b"], OnlyCloses: true).Fingerprint
            },
            { new InstallationCommand.ChangeSettings(24, 1.5m).Fingerprint, new InstallationCommand.ChangeSettings(24, 1.50m).Fingerprint },
            {
                new InstallationCommand.ChangeSettings(null, 2, KeepsWindow: true).Fingerprint,
                new InstallationCommand.ChangeSettings(24, 2, KeepsWindow: true).Fingerprint
            },
            { new InstallationCommand.SignOffReview(["a"]).Fingerprint, new InstallationCommand.SignOffReview([]).Fingerprint },
            { new EnterpriseCommand.Approve(null).Fingerprint, new EnterpriseCommand.Approve(DateOnly.MaxValue).Fingerprint },
            { Rotate("one").Fingerprint, Rotate("other").Fingerprint },
            { Endpoint("https://a.example/", "one").Fingerprint, Endpoint("https://a.example/", "other").Fingerprint },
            { Replay(1, 5).Fingerprint, Replay(1, 6).Fingerprint },
            { Open("i-1", "orders").Fingerprint, Open("i-2", "orders").Fingerprint },
            { Upload("f-1", "a", 10).Fingerprint, Upload("f-2", "b", 10).Fingerprint },
        };

    public static TheoryData<string, string> Different =>
        new()
        {
            { new InstallationCommand.Pause(null).Fingerprint, new InstallationCommand.Pause("").Fingerprint },
            { new InstallationCommand.Pause("x").Fingerprint, new InstallationCommand.Suspend("x").Fingerprint },
            { new InstallationCommand.ChangeGrants(["a", "b"]).Fingerprint, new InstallationCommand.ChangeGrants(["a"]).Fingerprint },
            {
                new InstallationCommand.ChangeSettings(null, 2).Fingerprint,
                new InstallationCommand.ChangeSettings(null, 2, KeepsWindow: true).Fingerprint
            },
            { new InstallationCommand.ChangeSettings(24, null).Fingerprint, new InstallationCommand.ChangeSettings(24, 0).Fingerprint },
            {
                new InstallationCommand.RevokeToken("t", Noon).Fingerprint,
                new InstallationCommand.RevokeToken("t", Noon.AddMilliseconds(1)).Fingerprint
            },
            { new EnterpriseCommand.RejectShop(Seller, "a").Fingerprint, new EnterpriseCommand.RejectShop(Seller, "b").Fingerprint },
            {
                new EnterpriseCommand.Apply(Seller, PluginId.Parse("p", null), 6, "a").Fingerprint,
                new EnterpriseCommand.Apply(Seller, PluginId.Parse("p", null), 7, "a").Fingerprint
            },
            {
                new RiskCommand.Confirm("h1", ActorId.Parse("u-1"), null).Fingerprint,
                new RiskCommand.Confirm("h1", ActorId.Parse("u-2"), null).Fingerprint
            },
            {
                new RiskCommand.Confirm("h1", ActorId.Parse("u-1"), null).Fingerprint,
                new RiskCommand.Reject("h1", ActorId.Parse("u-1"), null).Fingerprint
            },
            { Endpoint("https://a.example/", "one").Fingerprint, Endpoint("https://b.example/", "one").Fingerprint },
            { Open("i-1", "orders").Fingerprint, Open("i-1", "products").Fingerprint },
            { Upload("f-1", "a", 10).Fingerprint, Upload("f-1", "a", 11).Fingerprint },
            {
                new InstallationCommand.Consent("v1", "h", ["a"], null).Fingerprint,
                new InstallationCommand.Consent("v2", "h", ["a"], null).Fingerprint
            },
            {
                new InstallationCommand.Consent("v1", "h", ["a"], null).Fingerprint,
                new InstallationCommand.Consent("v1", "i", ["a"], null).Fingerprint
            },
            { new InstallationCommand.Disable("a").Fingerprint, new InstallationCommand.Disable("b").Fingerprint },
            { new EnterpriseCommand.Reject("a").Fingerprint, new EnterpriseCommand.Reject("b").Fingerprint },
            { new EnterpriseCommand.Ask("a").Fingerprint, new EnterpriseCommand.Ask("b").Fingerprint },
            {
                new EnterpriseCommand.ApproveApplication("a", 6, new(2026, 12, 31)).Fingerprint,
                new EnterpriseCommand.ApproveApplication("a", 6, new(2027, 1, 1)).Fingerprint
            },
            {
                new RiskCommand.Confirm("h1", ActorId.Parse("u-1"), "a").Fingerprint,
                new RiskCommand.Confirm("h1", ActorId.Parse("u-1"), "b").Fingerprint
            },
            { Pushed(1, 5).Fingerprint, Pushed(2, 5).Fingerprint },
            { Pushed(1, 5).Fingerprint, Pushed(1, 6).Fingerprint },
            { Claim("o-1", "a").Fingerprint, Claim("o-2", "a").Fingerprint },
            { Claim("o-1", "a").Fingerprint, Claim("o-1", "b").Fingerprint },
            { Outcome("d-1").Fingerprint, Outcome("d-2").Fingerprint },
        };

    [Theory, MemberData(nameof(Same))]
    public void What_was_made_or_looked_up_for_a_command_is_no_part_of_it(string one, string other) => Assert.Equal(one, other);

    [Theory, MemberData(nameof(Different))]
    public void What_the_caller_said_is(string one, string other) => Assert.NotEqual(one, other);

    [Fact]
    public void It_stays_the_one_that_stands_in_journals()
    {
        Assert.Equal(
            "85601a16274eb5e1a318912c277523ba844836e4c589b4f4b55d887869ed9e00",
            new InstallationCommand.ChangeGrants(["b", "a"]).Fingerprint
        );
        Assert.Equal(
            "71becfa65632fc0a49d6917ba7f054a049fcee6727afcd1f5e951d8b47f2440e",
            new InstallationCommand.ChangeSettings(24, 1.50m).Fingerprint
        );
        Assert.Equal(
            "15f6a55f9b092941ca51700f929b9880330ae2b47feb4e3367152080addb7ef0",
            new RiskCommand.Reverse("h1", ActorId.Parse("u-1"), null).Fingerprint
        );
        Assert.Equal("b472c3a367c2409ea2b77a99dd4daa19ee60afb7adab1b1116a1724c8d4adbe1", Outcome("d-1").Fingerprint);
    }

    [Fact]
    public void A_command_that_no_rule_has_looked_at_yet_has_one()
    {
        var endpoint = new DeliveryEndpoint(new Uri("https://a.example/"), DeliveryOrdering.PerOrder, 1, 5);
        var secret = new EndpointSecret("one", "sealed", Noon, null);
        string Of(params string[] types) => new DeliveryCommand.SetEndpoint(endpoint with { Types = [.. types] }, secret).Fingerprint;

        Assert.Distinct([Of(), Of(""), Of((string)null!), Of("", ""), Of("a", "b"), Of("ab")]);
        Assert.Equal(Of(), new DeliveryCommand.SetEndpoint(endpoint with { Types = default }, secret).Fingerprint);
    }

    private static DeliveryCommand.RotateSecret Rotate(string secret) =>
        new(new EndpointSecret(secret, "sealed", Noon, null), Noon.AddDays(secret.Length));

    private static DeliveryCommand.SetEndpoint Endpoint(string url, string secret) =>
        new(new DeliveryEndpoint(new Uri(url), DeliveryOrdering.PerOrder, 1, 5), new EndpointSecret(secret, "sealed", Noon, null));

    private static DeliveryCommand.Replay Replay(long from, long to) => new(new ReplayRequest("rpl_1", from, to, null, false, Noon));

    private static DeliveryCommand.SetEndpoint Pushed(int batch, int timeout) =>
        new(
            new DeliveryEndpoint(new Uri("https://a.example/"), DeliveryOrdering.PerOrder, batch, timeout),
            new EndpointSecret("one", "sealed", Noon, null)
        );

    private static EnterpriseCommand.AddDocument Upload(string file, string hash, int bytes) =>
        new(Seller, DocumentKind.Licence, new DocumentFile(file, hash, "image/png", bytes, 3, 4));

    private static ClaimCommand.File Claim(string order, string reason) =>
        new(new ClaimGrounds("s-1/p", order, "00", EvidenceParty.Plugin, "lost", "v1", "h", true, 10m, reason));

    private static RecordOutcome Outcome(string diagnosis) => new(diagnosis, new DiagnosisOutcome(true, "a", null));

    private static IncidentCommand.Open Open(string id, string scope) =>
        new(id, new BilingualText("订单", "Orders"), new IncidentReach([$"{scope}.get"], [$"{scope}.read"], [], []));
}
