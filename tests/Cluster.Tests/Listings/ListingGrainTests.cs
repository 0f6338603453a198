using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Enterprises;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Cluster.Tests.Listings;

/// <summary>A version on its way to sellers, called through every silo, with a clock that only the tests move.</summary>
public sealed class ListingGrainTests(PerPluginCluster cluster) : IClassFixture<PerPluginCluster>
{
    private static readonly ActorRole Owner = ActorRole.OfDeveloper(DeveloperRole.Owner);
    private int _operations;

    private DateOnly Today => MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow());

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listed_version_makes_the_plugin_what_its_manifest_says_and_unlisting_takes_the_certificate_away()
    {
        var (developer, plugin) = (NewDeveloper(), NewPlugin());
        await Verified(developer);
        await Listed(developer, plugin);

        var profile = (await Plugin(plugin).Get(Ended))!;

        Assert.Equal(
            ("标签蜂", PluginCategory.OrderProcessing, true, "cn"),
            (profile.Name, profile.Category, profile.Certified, profile.Region.Value)
        );
        Assert.Equal(["orders.read"], profile.Scopes);
        Assert.Equal(5_000, profile.Prices.DailyLimit);

        await Do(plugin, new ListingCommand.ChangeCategory(developer, "h", PluginCategory.Logistics), "ann", Owner);
        Assert.False((await Plugin(plugin).Get(Ended))!.Certified);

        await DecideTrack(plugin, "h", ReviewTrack.Business, PluginCategory.Logistics);
        profile = (await Plugin(plugin).Get(Ended))!;
        Assert.Equal((PluginCategory.Logistics, true), (profile.Category, profile.Certified));
    }

    [Fact]
    public async Task A_later_version_cannot_raise_prices_without_the_notice()
    {
        var (developer, plugin) = (NewDeveloper(), NewPlugin());
        await Verified(developer);
        await Listed(developer, plugin);
        await Listed(developer, plugin, "h2", "2.0.0", Profile(plugin, 2, 0.03m));

        var profile = (await Plugin(plugin).Get(Ended))!;

        Assert.Equal(0.02m, profile.Prices.Tiers[1].UnitPrice);
        var announced = Assert.Single(profile.PriceChanges);
        Assert.Equal((0.03m, Today.AddDays(PriceSchedule.NoticeDays)), (announced.Book.Tiers[1].UnitPrice, announced.EffectiveFrom));
    }

    [Fact]
    public async Task A_suspended_version_stops_until_another_one_is_listed_and_lifting_restores_what_was()
    {
        var (developer, plugin) = (NewDeveloper(), NewPlugin());
        await Verified(developer);
        await Do(plugin, new ListingCommand.Create(developer), "ann", Owner);
        await Listed(developer, plugin, "h", "1.0.0", Shown(plugin, 1, "h"));

        await Enforce(new EnforcementCommand.Decide(Suspension(plugin, "h")));

        var stopped = (await Plugin(plugin).Get(Ended))!;
        Assert.Equal((false, PluginBlockKind.VersionSuspended), (stopped.Certified, stopped.Block!.Kind));
        Assert.Null((await Listing(plugin, 2).Get(Ended))!.ListedHash);

        await Listed(developer, plugin, "h2", "2.0.0", Shown(plugin, 2, "h2"));
        var before = (await Plugin(plugin).Get(Ended))!;
        Assert.True(before.Certified);
        Assert.Null(before.Block);

        var second = await Enforce(new EnforcementCommand.Decide(Suspension(plugin, "h2")));
        Assert.NotNull((await Plugin(plugin).Get(Ended))!.Block);
        await Enforce(new EnforcementCommand.Lift(second.Number, "Corrected."));

        var after = (await Plugin(plugin).Get(Ended))!;
        Assert.Equal(Convert.ToHexString(before.Encode().Span), Convert.ToHexString(after.Encode().Span));
        Assert.Equal(before.Blocks, after.Blocks);
        Assert.Equal("h2", (await Listing(plugin, 2).Get(Ended))!.ListedHash);
    }

    [Fact]
    public async Task A_repeated_command_gets_the_first_answer_and_another_one_under_its_id_is_refused()
    {
        var (developer, plugin) = (NewDeveloper(), NewPlugin());
        await Verified(developer);
        var by = By("ann", Owner);

        var first = await Listing(plugin, 0).Execute(new ListingCommand.Create(developer), by, Ended);
        var second = await Listing(plugin, 1).Execute(new ListingCommand.Create(developer), by, Ended);
        var other = await Listing(plugin, 2).Execute(new ListingCommand.Submit(developer, "h"), by, Ended);

        Assert.Equal((first.Value!.Version, 1), (second.Value!.Version, second.Value.Version));
        Assert.Equal("idempotency-key-reused", other.Refusal?.Code);
    }

    [Fact]
    public async Task An_unverified_developer_creates_nothing()
    {
        var (developer, plugin) = (NewDeveloper(), NewPlugin());
        await SignUp(developer);

        var refused = await Listing(plugin, 0).Execute(new ListingCommand.Create(developer), By("ann", Owner), Ended);

        Assert.Equal(ListingRefusals.DeveloperUnverified, refused.Refusal?.Code);
        Assert.Null(await Listing(plugin, 1).Get(Ended));
    }

    private async Task Listed(DeveloperId developer, PluginId plugin)
    {
        await Do(plugin, new ListingCommand.Create(developer), "ann", Owner);
        await Listed(developer, plugin, "h", "1.0.0", Profile(plugin, 1, 0.02m));
    }

    private async Task Listed(DeveloperId developer, PluginId plugin, string hash, string version, PluginProfile profile)
    {
        var submission = new VersionSubmission(
            hash,
            version,
            PluginCategory.OrderProcessing,
            new GateOutcome("v", "access-2026-12", Today, 0)
        );
        await cluster
            .Doors[1]
            .GetGrain<IPluginVersionGrain>(GrainKeys.PluginVersion(plugin, hash))
            .Store(new VersionDocument(submission, "{}", "{}", profile, Today), By("ann", Owner), Ended);
        await Do(plugin, new ListingCommand.AddVersion(developer, submission), "ann", Owner);
        await Do(plugin, new ListingCommand.Submit(developer, hash), "ann", Owner);
        await DecideTrack(plugin, hash, ReviewTrack.Security, PluginCategory.OrderProcessing);
        await DecideTrack(plugin, hash, ReviewTrack.Business, PluginCategory.OrderProcessing);
        Assert.NotEqual(hash, (await Listing(plugin, 2).Get(Ended))!.ListedHash);
        for (var seed = 1; seed <= PluginVersion.RoundsNeeded; seed++)
        {
            var start = cluster.Time.GetUtcNow();
            cluster.Time.Advance(TimeSpan.FromMinutes(90));
            var round = new SandboxRound($"{hash}-r{seed}", seed, start, start.AddMinutes(20), true);
            await Do(plugin, new ListingCommand.RecordRound(hash, round), null, ActorRole.Platform);
        }

        Assert.Equal(hash, (await Listing(plugin, 2).Get(Ended))!.ListedHash);
    }

    private async Task DecideTrack(PluginId plugin, string hash, ReviewTrack track, PluginCategory category)
    {
        var role = ActorRole.Of(track == ReviewTrack.Security ? "security-reviewer-user" : "business-reviewer-user");
        var scores = (track == ReviewTrack.Business ? BusinessRubric.Of(category).Keys : []).ToImmutableSortedDictionary(
            criterion => criterion,
            _ => BusinessRubric.MaxPoints,
            StringComparer.Ordinal
        );
        await Do(plugin, new ListingCommand.Claim(hash, track), "rex", role);
        await Do(plugin, new ListingCommand.Decide(hash, track, TrackVerdict.Approve, [], scores, "access-2026-12"), "rex", role);
    }

    private async Task Do(PluginId plugin, ListingCommand command, string? person, ActorRole role)
    {
        var done = await Listing(plugin, _operations % 3).Execute(command, By(person, role), Ended);
        Assert.True(done.Succeeded, done.Refusal?.Reason);
    }

    private async Task SignUp(DeveloperId developer)
    {
        var command = new DeveloperCommand.SignUp(
            new Company(EnterpriseCluster.NewLicence(), "Lamp Works"),
            new DeveloperContacts("a@b.example", null),
            "2026-01"
        );
        Assert.Null((await Developer(developer).Execute(command, By("ann", Owner), Ended)).Refusal);
    }

    private async Task Verified(DeveloperId developer)
    {
        await SignUp(developer);
        var by = By("eve", ActorRole.Of(ActorRole.EntityReviewerUserName));
        var company = (await Developer(developer).Get(Ended))!.Check!.Company;
        Assert.Null((await Developer(developer).Execute(new DeveloperCommand.ApproveCompany(company), by, Ended)).Refusal);
    }

    private async Task<EnforcementAction> Enforce(EnforcementCommand command)
    {
        var register = cluster.Doors[_operations % 3].GetGrain<IEnforcementGrain>(GrainKeys.Enforcement());
        var done = await register.Execute(command, By("ann", ActorRole.Of(ActorRole.OperatorUserName)), Ended);
        Assert.True(done.Succeeded, done.Refusal?.Reason);
        return done.Value!;
    }

    private static EnforcementGrounds Suspension(PluginId plugin, string hash) =>
        new(
            EnforcementKind.VersionSuspension,
            null,
            [plugin],
            hash,
            "private-data",
            new BilingualText("原因", "Reason"),
            new BilingualText("建议", "Advice"),
            "access-2026-12"
        );

    private static PluginProfile Shown(PluginId plugin, int number, string hash)
    {
        var text = BilingualText.Same("标签蜂");
        return Profile(plugin, number, 0.02m) with { Listing = new PluginListing(text, text, text, "Lamp") { Manifest = hash } };
    }

    private static PluginProfile Profile(PluginId plugin, int number, decimal unitPrice) =>
        new(
            plugin,
            "标签蜂",
            PluginCategory.OrderProcessing,
            true,
            ["orders.read"],
            new PriceBook(number, [new PriceTier(1_000, 0m), new PriceTier(5_000, unitPrice)]),
            BurstLimit.Standard,
            DataRegion.Parse("cn")
        );

    private Initiator By(string? person, ActorRole role)
    {
        var actor = person is null ? ActorId.Parse("platform") : ActorId.OfUser("center", person);
        var operation = OperationId.Parse(
            FormattableString.Invariant($"listing-{Interlocked.Increment(ref _operations)}-{Guid.NewGuid():N}")
        );
        return new Initiator(actor, operation, null, role);
    }

    private IListingGrain Listing(PluginId plugin, int door) => cluster.Doors[door].GetGrain<IListingGrain>(GrainKeys.Listing(plugin));

    private IPluginGrain Plugin(PluginId plugin) => cluster.Doors[2].GetGrain<IPluginGrain>(GrainKeys.Of(plugin));

    private IDeveloperGrain Developer(DeveloperId developer) => cluster.Doors[0].GetGrain<IDeveloperGrain>(GrainKeys.Of(developer));

    private static DeveloperId NewDeveloper() => DeveloperId.Parse($"d-{Guid.NewGuid():N}", null);

    private static PluginId NewPlugin() => PluginId.Parse($"p-{Guid.NewGuid():N}", null);
}
