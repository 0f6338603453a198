using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Events;
using Marketplace.Events.Lifecycle;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Orders;
using Marketplace.Schemas;
using Marketplace.Schemas.Payloads;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

/// <summary>Which facts plugins are told, and that what they are told is what is published.</summary>
public sealed class LifecycleMappingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);
    private static readonly InstallationId Id = InstallationId.Parse("s-1/p", null);
    private static readonly DateTimeOffset End = Now.AddDays(365);

    private static readonly InstallationEvent[] Running =
    [
        new InstallationEvent.EnablementStarted(),
        Consent("orders.read"),
        new InstallationEvent.EntityAccepted("91310000", 1),
    ];

    /// <summary>Steps of an installation, and what its plugin is told by the last of them.</summary>
    public static TheoryData<string, string> Steps { get; } =
        new()
        {
            { "running", "installation.enabled" },
            { "running paused", "installation.paused:installation-paused" },
            { "running paused resumed", "installation.resumed" },
            { "running suspended", "installation.paused:installation-suspended" },
            { "running suspended lifted", "installation.resumed" },
            { "running paused suspended lifted", "installation.paused:installation-paused" },
            { "running dropped", "installation.paused:entity-unverified" },
            { "running dropped accepted", "installation.resumed" },
            { "running near", "installation.auth_expiring" },
            { "running expired", "installation.auth_expired" },
            { "running paused expired", "installation.auth_expired" },
            { "running disabled", "installation.disabled" },
            { "running disabled started consented", "installation.enabled" },
            { "running disabled started", "" },
            { "started consented", "" },
            { "running settings", "" },
            { "running more", "grant.changed:+products.read" },
            { "running more less", "grant.changed:-products.read" },
            { "running paused more", "grant.changed:+products.read" },
            { "running consented", "" },
            { "running expired renewed", "installation.resumed" },
            { "running near renewed", "" },
        };

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_plugin_is_told_each_step_of_its_installation(string steps, string expected)
    {
        var told = LifecycleMapping.OfInstallation(Id, History(steps));

        Assert.Equal(expected.Length == 0 ? [] : [expected], told.Select(Text));
    }

    [Fact]
    public void A_fact_told_twice_is_one_event_and_two_facts_are_two()
    {
        var (first, again) = (
            LifecycleMapping.OfInstallation(Id, History("running paused")),
            LifecycleMapping.OfInstallation(Id, History("running paused"))
        );
        var later = LifecycleMapping.OfInstallation(Id, History("running paused resumed paused"));

        Assert.True(ContentTag.IsSame(first.Single().ToIncoming(), again.Single().ToIncoming()));
        Assert.Equal(first.Single().ToIncoming().Id, again.Single().ToIncoming().Id);
        Assert.NotEqual(first.Single().ToIncoming().Id, later.Single().ToIncoming().Id);
    }

    [Fact]
    public void A_scope_whose_term_is_over_is_told_as_gone()
    {
        var facts = History("running more");
        var sensitive = new InstallationEvent.ScopesExpired(["products.read"], Now.AddMinutes(90));

        Assert.Equal(
            "grant.changed:-products.read",
            Text(Assert.Single(LifecycleMapping.OfInstallation(Id, [.. facts, Fact(facts.Count + 1, sensitive)])))
        );
    }

    [Fact]
    public void A_claim_is_told_to_whom_it_is_against()
    {
        var grounds = new ClaimGrounds("s-1/p", "o-1", "00", EvidenceParty.Plugin, "cause", null, null, true, 12.5m, "late")
        {
            Currency = "BRL",
        };
        ClaimEvent[] events =
        [
            new ClaimEvent.ClaimFiled(grounds),
            new ClaimEvent.ClaimAnswered("no"),
            new ClaimEvent.ClaimRejected("no"),
            new ClaimEvent.ClaimReopened("yes"),
            new ClaimEvent.ClaimAnswerExtended(Now.AddDays(20), "log"),
            new ClaimEvent.ClaimAccepted("yes"),
            new ClaimEvent.ClaimSettled(12.5m, "r"),
        ];
        var facts = events
            .Select(
                (@event, i) =>
                    new JournalFact(
                        "claim/s-1/c1",
                        i + 1,
                        OperationId.Parse($"op-{i}"),
                        ActorId.Parse("x"),
                        Now.AddHours(i),
                        @event.Type,
                        @event.Encode(),
                        default
                    )
            )
            .ToArray();

        var told = Enumerable.Range(1, facts.Length).Select(count => LifecycleMapping.OfClaim("c1", facts[..count])).ToArray();

        Assert.Equal(
            ["claim.filed", "claim.answered", "claim.decided:rejected", "claim.filed", "claim.filed", "claim.decided:accepted", ""],
            told.Select(one => one is null ? string.Empty : Text(one))
        );
        Assert.Equal(Now.AddDays(20), told[4]!.Data.AnswerDueAt);
        Assert.Equal(
            (Id, "o-1", 12.5m, "BRL", Now + ClaimRules.AnswerTime),
            (told[0]!.Installation, told[0]!.Data.OrderId, told[0]!.Data.Amount, told[0]!.Data.Currency, told[0]!.Data.AnswerDueAt)
        );
        AssertPublished(told.OfType<LifecycleEvent>());
    }

    [Fact]
    public void Everything_that_is_told_has_what_its_published_schema_requires_and_leaves_whole()
    {
        var announced = new SchemaAnnouncement("2026-12", Now, Now.AddHours(48), ActorId.Parse("op"), OperationId.Parse("op-1"));
        LifecycleEvent[] told =
        [
            .. Steps.SelectMany(row => LifecycleMapping.OfInstallation(Id, History(row.Data.Item1))),
            LifecycleMapping.OfSchema(Id, announced, "2024-02"),
            .. QuotaMarks.Reached(Id, new DateOnly(2026, 11, 26), 10, 10, Now.AddHours(12), Now),
        ];

        AssertPublished(told);
        Assert.Equal(
            EventTypes.OfTheMarketplace.Where(type => !type.StartsWith("claim.", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            told.Select(one => one.Type).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(20_000, 16_000)]
    [InlineData(10, 8)]
    [InlineData(7, 6)]
    [InlineData(4, 3)]
    [InlineData(2, 1)]
    public void The_day_has_a_threshold_before_its_end(long limit, long threshold)
    {
        Assert.Equal([threshold, limit], Enumerable.Range(1, (int)limit + 2).Select(n => (long)n).Where(n => QuotaMarks.IsMark(n, limit)));
        Assert.Empty(Reached(threshold - 1));
        Assert.Equal(["quota.threshold"], Reached(threshold));
        Assert.Equal(["quota.threshold", "quota.exceeded"], Reached(limit));

        IEnumerable<string> Reached(long used) =>
            QuotaMarks.Reached(Id, new DateOnly(2026, 11, 26), used, limit, Now, Now).Select(one => one.Type);
    }

    [Fact]
    public void A_day_of_one_call_has_no_threshold_and_a_day_of_none_no_mark()
    {
        Assert.Equal(["quota.exceeded"], QuotaMarks.Reached(Id, new DateOnly(2026, 11, 26), 1, 1, Now, Now).Select(one => one.Type));
        Assert.Empty(QuotaMarks.Reached(Id, new DateOnly(2026, 11, 26), 5, 0, Now, Now));
        Assert.False(QuotaMarks.IsMark(0, 0));
    }

    [Fact]
    public void The_sellers_book_knows_nothing_of_it()
    {
        var book = new SellerIndex();
        var told = LifecycleMapping.OfInstallation(Id, History("running paused")).Single().ToIncoming().At(Id.Seller, 1, Now);
        book.Apply(told);

        // A feed that holds nothing else is as silent as an empty one.
        var health = book.Health(null);
        Assert.Equal((1L, null, null, 0), (book.Head, health.NewestEventAt, health.LastAcceptedAt, health.Orders));
        Assert.Null(EventContents.OrderOf(told));
    }

    private static void AssertPublished(IEnumerable<LifecycleEvent> told)
    {
        foreach (var one in told)
        {
            var stored = one.ToIncoming().At(Id.Seller, 1, Now);
            var @event = new PluginEvent(
                stored.Seller,
                1,
                stored.Source,
                stored.Id,
                stored.Type,
                stored.Subject,
                stored.Time,
                stored.AcceptedAt,
                stored.Data
            );
            using var rendered = JsonDocument.Parse(EventPayloads.Render(@event, Id, PayloadSchemas.Standard.Newest.Version, []));
            var members = rendered.RootElement.GetProperty("data").EnumerateObject().Select(member => member.Name).ToArray();
            var declared = PayloadSchemas
                .Standard.Newest.Objects[SchemaChange.EventPrefix + one.Type]
                .Values.Where(member => !member.Path.EndsWith("[]", StringComparison.Ordinal))
                .ToArray();

            Assert.Empty(members.Except(declared.Select(member => member.Path)));
            Assert.Empty(declared.Where(member => member.Required).Select(member => member.Path).Except(members));
            Assert.Equal(
                JsonDocument.Parse(stored.Data).RootElement.EnumerateObject().Select(member => member.Name).Order(),
                members.Order()
            );
            Assert.EndsWith(
                $"#/$defs/event:{one.Type}",
                rendered.RootElement.GetProperty("dataschema").GetString(),
                StringComparison.Ordinal
            );
        }
    }

    private static string Text(LifecycleEvent told) =>
        told.Type
        + (told.Data.Reason is { } reason ? $":{reason}" : string.Empty)
        + (told.Data.Outcome is { } outcome ? $":{outcome}" : string.Empty)
        + (told.Data.Added is [.., var added] ? $":+{added}" : string.Empty)
        + (told.Data.Removed is [.., var removed] ? $":-{removed}" : string.Empty);

    private static List<JournalFact> History(string steps)
    {
        var facts = new List<JournalFact>();
        foreach (var @event in steps.Split(' ').SelectMany(Step))
        {
            facts.Add(
                Fact(facts.Count + 1, @event) with
                {
                    At =
                        facts.Exists(fact => fact.Type == "authorisation-expired") || @event is InstallationEvent.AuthorisationExpired
                            ? End.AddMinutes(facts.Count)
                            : Now.AddMinutes(facts.Count),
                }
            );
        }

        return facts;
    }

    private static InstallationEvent[] Step(string step) =>
        step switch
        {
            "running" => Running,
            "started" => [new InstallationEvent.EnablementStarted()],
            "consented" => [Consent("orders.read")],
            "renewed" => [Consent("orders.read") with { ExpiresAt = End.AddDays(365) }],
            "accepted" => [new InstallationEvent.EntityAccepted("91310000", 2)],
            "dropped" => [new InstallationEvent.EntityDropped("revoked", "91310000", 2)],
            "paused" => [new InstallationEvent.Paused("holiday")],
            "resumed" => [new InstallationEvent.Resumed()],
            "suspended" => [new InstallationEvent.Suspended("abuse")],
            "lifted" => [new InstallationEvent.SuspensionLifted()],
            "near" => [new InstallationEvent.ExpiryNear([], End, 72)],
            "expired" => [new InstallationEvent.AuthorisationExpired(End)],
            "disabled" => [new InstallationEvent.Disabled(null)],
            "settings" => [new InstallationEvent.SettingsChanged(24, null)],
            "more" => [new InstallationEvent.GrantsChanged(["orders.read", "products.read"])],
            "less" => [new InstallationEvent.GrantsChanged(["orders.read"])],
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, null),
        };

    private static InstallationEvent.Consented Consent(params ImmutableArray<string> scopes) =>
        new("1", "hash", 1, scopes, scopes, scopes, End, ImmutableSortedDictionary<string, DateTimeOffset>.Empty, null);

    private static JournalFact Fact(int version, InstallationEvent @event) =>
        new(
            $"installation/{Id}",
            version,
            OperationId.Parse($"op-{version}"),
            ActorId.Parse("seller"),
            Now.AddMinutes(version),
            @event.Type,
            @event.Encode(),
            default
        );
}
