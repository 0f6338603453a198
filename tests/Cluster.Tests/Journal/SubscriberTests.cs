using System.Text.Json;
using Marketplace.Enterprises;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>The product's subscribers over a real store: trail, notifications, webhook, figures, dead letters.</summary>
public sealed class SubscriberTests(SubscriberCluster cluster) : IClassFixture<SubscriberCluster>
{
    private const string Licence = "91330100MA27XG8P4M";
    private static readonly TrailFilter All = new(null, null, null, null);
    private static int SellersMade;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_trail_shows_an_installation_before_and_after_each_fact_also_when_delivered_again()
    {
        var seller = NewSeller();
        var entity = $"installation/{seller}/label-printer";
        await Append(entity, new InstallationEvent.EnablementStarted());
        await Append(entity, new InstallationEvent.SettingsChanged(24, 100m));
        var changed = await Append(entity, new InstallationEvent.SettingsChanged(48, null));

        var lines = await Trail(seller, 3);
        Assert.Equal([3L, 2L, 1L], lines.Select(line => line.Fact.Version));
        Assert.Equal((24, 48), (Number(lines[0].Before, "sync_window_hours"), Number(lines[0].After, "sync_window_hours")));
        Assert.True(lines[2].Before.IsEmpty);

        // As a stream that lost its cursor would: the middle one, when the entity is long past it.
        var middle = lines[1];
        await cluster.Grains.GetGrain<ITrailGrain>(GrainKeys.Of(seller)).Retry(new AuditItem(middle.Position, middle.Fact), Token);
        var again = await Trail(seller, 3);
        Assert.Equal(
            lines.Select(line => (line.Position, Text(line.Before), Text(line.After))),
            again.Select(line => (line.Position, Text(line.Before), Text(line.After)))
        );
        Assert.Equal(changed.Hash.ToArray(), again[0].Fact.Hash.ToArray());
    }

    [Fact]
    public async Task A_fact_of_an_enterprise_is_in_the_trail_of_each_of_its_shops_and_told_to_whom_it_concerns()
    {
        var (one, two) = (NewSeller(), NewSeller());
        var entity = GrainKeys.Of(Marketplace.Enterprises.Licence.Parse(LicenceOf(SellersMade), null));
        var due = cluster.Time.GetUtcNow().AddDays(2);
        foreach (
            var @event in new EnterpriseEvent[]
            {
                new EnterpriseEvent.ShopAdded(one.Value),
                new EnterpriseEvent.ShopAdded(two.Value),
                new EnterpriseEvent.Submitted(one.Value, "documents", due),
                new EnterpriseEvent.InfoRequested(one.Value, "reviewer-1", "哪一年成立？", TimeSpan.FromDays(1)),
                new EnterpriseEvent.Approved(one.Value, "reviewer-1", null, null),
                new EnterpriseEvent.Submitted(two.Value, "shop", due),
                new EnterpriseEvent.ShopApproved(two.Value, "reviewer-1"),
                new EnterpriseEvent.Revoked("reviewer-1", "执照已注销"),
            }
        )
        {
            await cluster.Append(entity, @event.Type, @event.Encode());
        }

        // A shop sees its own matters and, once accepted, what is decided of the enterprise; not what the other shops do.
        var first = await Trail(one, 5);
        var second = await Trail(two, 4);
        Assert.Equal([8L, 5L, 4L, 3L, 1L], first.Select(line => line.Fact.Version));
        Assert.Equal([8L, 7L, 6L, 2L], second.Select(line => line.Fact.Version));
        Assert.Equal(
            ("submitted", "needs-info", "approved"),
            (Text(first[2].Before, "state"), Text(first[2].After, "state"), Text(first[1].After, "state"))
        );

        Assert.Contains(await WaitForNotifications(one, 5), told =>
            told is { Kind: "enterprise.review-info-requested", Text.Zh: "审核需要补充信息：哪一年成立？" }
        );
        var other = await WaitForNotifications(two, 4);
        Assert.DoesNotContain(other, told => told.Kind == "enterprise.review-info-requested");
        Assert.Contains(other, told =>
            told is { Kind: "enterprise.enterprise-revoked", Text.En: "The approval of your enterprise was withdrawn: 执照已注销" }
        );
    }

    [Fact]
    public async Task Notifications_are_told_once_however_often_they_are_delivered()
    {
        var seller = NewSeller();
        await Append($"installation/{seller}/label-printer", new InstallationEvent.EnablementStarted());
        var first = Assert.Single(await WaitForNotifications(seller, 1));

        var fact = (await Trail(seller, 1))[0].Fact;
        await cluster.Grains.GetGrain<INotificationsGrain>(GrainKeys.Of(seller)).Retry(new AuditItem(first.Position, fact), Token);

        Assert.Equal([first], await WaitForNotifications(seller, 1));
    }

    [Fact]
    public async Task A_webhook_is_tried_again_in_order_and_does_not_hold_up_other_sellers()
    {
        var (slow, fast) = (NewSeller(), NewSeller());
        cluster.Webhook.Refuses = id => id.StartsWith($"{slow}.", StringComparison.Ordinal);
        await Append($"installation/{slow}/p", new InstallationEvent.EnablementStarted());
        await Append($"installation/{slow}/p", new InstallationEvent.SettingsChanged(24, null));
        await Append($"installation/{fast}/p", new InstallationEvent.EnablementStarted());
        var owed = (await WaitForNotifications(slow, 2)).Select(told => $"{slow}.{told.Position}").Reverse().ToArray();
        var free = $"{fast}.{Assert.Single(await WaitForNotifications(fast, 1)).Position}";

        await Sweep(slow, fast);
        Assert.Contains(free, cluster.Webhook.Accepted);
        Assert.Equal([owed[0]], AttemptsOf(slow));

        await Sweep(slow, fast);
        Assert.Equal([owed[0]], AttemptsOf(slow));

        cluster.Webhook.Refuses = _ => false;
        cluster.Time.Advance(TimeSpan.FromSeconds(6));
        await Sweep(slow, fast);
        Assert.Equal([owed[0], owed[0], owed[1]], AttemptsOf(slow));
        Assert.Single(cluster.Webhook.Accepted, id => id == free);
    }

    [Fact]
    public async Task A_webhook_that_fails_for_good_is_a_dead_letter_that_can_be_retried_and_the_next_one_goes_out()
    {
        var seller = NewSeller();
        await Append($"installation/{seller}/p", new InstallationEvent.EnablementStarted());
        await Append($"installation/{seller}/p", new InstallationEvent.SettingsChanged(24, null));
        var ids = (await WaitForNotifications(seller, 2)).Select(told => $"{seller}.{told.Position}").Reverse().ToArray();
        cluster.Webhook.Refuses = id => id == ids[0];
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await Sweep(seller);
            cluster.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal([ids[0], ids[0], ids[0], ids[1]], AttemptsOf(seller));
        var audit = cluster.Grains.GetGrain<IAuditGrain>(IAuditGrain.GrainKey);
        var dead = Assert.Single(await audit.ListDeadLetters(true, 0, 100, Token), letter => letter.Stream == GrainKeys.Of(seller));
        Assert.Equal(("webhook", "the receiver answered 503", 3, 1L), (dead.Subscriber, dead.Error, dead.Attempts, dead.Version));

        var stillDead = await audit.RetryDeadLetter(dead.Id, Token);
        Assert.Equal((4, null), (stillDead!.Attempts, stillDead.SettledAt));
        cluster.Webhook.Refuses = _ => false;
        Assert.NotNull((await audit.RetryDeadLetter(dead.Id, Token))!.SettledAt);
        Assert.NotNull((await audit.RetryDeadLetter(dead.Id, Token))!.SettledAt);
        Assert.Single(cluster.Webhook.Accepted, id => id == ids[0]);
        Assert.DoesNotContain(await audit.ListDeadLetters(true, 0, 100, Token), letter => letter.Id == dead.Id);
        Assert.Null(await audit.RetryDeadLetter(999_999, Token));
    }

    [Fact]
    public async Task A_fact_that_cannot_be_folded_is_a_dead_letter_and_the_figures_count_it_all_the_same()
    {
        var seller = NewSeller();
        var day = new DateOnly(2026, 1, 15);
        var at = new DateTimeOffset(2026, 1, 15, 1, 0, 0, TimeSpan.Zero);
        await cluster.Append($"installation/{seller}/p", "from-the-future", "{}"u8.ToArray(), at);
        await cluster.Append($"seller/{seller}", "noted", "{}"u8.ToArray(), at);

        var audit = cluster.Grains.GetGrain<IAuditGrain>(IAuditGrain.GrainKey);
        var dead = await Eventually.Get(
            async () =>
                (await audit.ListDeadLetters(true, 0, 100, Token))
                    .Where(letter => letter.Entity.Contains($"/{seller}/", StringComparison.Ordinal))
                    .ToArray(),
            letters => letters.Length == 3,
            "the dead letters"
        );
        Assert.Equal(["lifecycle-relay", "notifications", "trail"], dead.Select(letter => letter.Subscriber).Order());
        Assert.All(dead, letter => Assert.Equal(("FormatException", "from-the-future", 4), (letter.Error, letter.Type, letter.Attempts)));
        Assert.Equal("noted", Assert.Single(await Trail(seller, 1)).Fact.Type);

        // So old a fact is told, but not posted any more.
        Assert.Single(await WaitForNotifications(seller, 1));
        Assert.Empty(await cluster.Port<INotifications>().ReadOwed(seller, 10, Token));

        var kpis = await Eventually.Get(
            () => audit.GetKpis(day, Token),
            kpis => kpis.Counts.Count(count => count.Day == day) == 2,
            "the figures of the day"
        );
        Assert.Equal(
            [new AuditCount(day, "installation.from-the-future", 1), new AuditCount(day, "seller.noted", 1)],
            kpis.Counts.Where(count => count.Day == day)
        );
        var counted = dead[0];
        var fact = (await cluster.Port<IJournalTail>().ReadAfter(counted.Position - 1, 1, Token))[0];
        await cluster.Grains.GetGrain(GrainId.Create("kpis", "shard/0")).AsReference<IAuditSubscriber>().Retry(fact, Token);
        Assert.Equal(2, (await audit.GetKpis(day, Token)).Counts.Where(count => count.Day == day).Sum(count => count.Count));
        Assert.True(kpis.OpenDeadLetters >= 2);
    }

    [Theory]
    [InlineData("entity-relay")]
    [InlineData("deadline-relay")]
    [InlineData("plugin-list-relay")]
    [InlineData("plugin-change-relay")]
    [InlineData("plugin-webhook-relay")]
    [InlineData("lifecycle-relay")]
    [InlineData("enforcement-relay")]
    public async Task A_dead_letter_of_an_earlier_build_that_does_not_concern_its_relay_can_be_settled(string relay)
    {
        var fact = await cluster.Append(GrainKeys.Of(NewSeller()), "noted", "{}"u8.ToArray());

        await cluster
            .Grains.GetGrain(GrainId.Create(relay, "shard/0"))
            .AsReference<IAuditSubscriber>()
            .Retry(new AuditItem(1, fact), Token);
    }

    [Fact]
    public async Task The_journal_is_verified_entity_by_entity()
    {
        var seller = NewSeller();
        await Append($"installation/{seller}/p", new InstallationEvent.EnablementStarted());
        await Append($"installation/{seller}/p", new InstallationEvent.SettingsChanged(24, null));
        var audit = cluster.Grains.GetGrain<IAuditGrain>(IAuditGrain.GrainKey);

        var all = await audit.Verify(string.Empty, Token);
        var one = await audit.VerifyEntity($"installation/{seller}/p", Token);

        Assert.Empty(all.Findings);
        Assert.Null(all.Next);
        Assert.True(all.Facts >= 2);
        Assert.Equal((1L, 2L), (one.Entities, one.Facts));
    }

    private static SellerId NewSeller() => SellerId.Parse($"audit-seller-{Interlocked.Increment(ref SellersMade)}", null);

    // The last character checks the others.
    private static string LicenceOf(int number)
    {
        var body = Licence[..14] + number.ToString("000", System.Globalization.CultureInfo.InvariantCulture);
        return body + Marketplace.Enterprises.Licence.CheckCharacter(body);
    }

    private async Task<JournalFact> Append(string entity, InstallationEvent @event) =>
        await cluster.Append(entity, @event.Type, @event.Encode());

    private Task<IReadOnlyList<TrailEntry>> Trail(SellerId seller, int lines) =>
        Eventually.Get<IReadOnlyList<TrailEntry>>(
            async () => await cluster.Grains.GetGrain<ITrailGrain>(GrainKeys.Of(seller)).Read(All, long.MaxValue, 100, Token),
            trail => trail.Count >= lines,
            $"{lines} lines"
        );

    private Task<IReadOnlyList<Notification>> WaitForNotifications(SellerId seller, int count) =>
        Eventually.Get<IReadOnlyList<Notification>>(
            async () =>
                (
                    await cluster.Grains.GetGrain<INotificationsGrain>(GrainKeys.Of(seller)).Read(false, long.MaxValue, 100, Token)
                ).Notifications,
            told => told.Count >= count,
            $"{count} notifications"
        );

    // What the host's pump does, in the test's own time.
    private async Task Sweep(params SellerId[] sellers)
    {
        foreach (
            var seller in (await cluster.Port<INotifications>().ReadDueSellers(cluster.Time.GetUtcNow(), 100, Token)).Where(
                sellers.Contains
            )
        )
        {
            await cluster.Grains.GetGrain<IWebhookGrain>(GrainKeys.Of(seller)).Deliver(Token);
        }
    }

    private IEnumerable<string> AttemptsOf(SellerId seller) =>
        cluster.Webhook.Attempts.Where(id => id.StartsWith($"{seller}.", StringComparison.Ordinal));

    private static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span);

    private static string? Text(ReadOnlyMemory<byte> json, string member)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(member).GetString();
    }

    private static int Number(ReadOnlyMemory<byte> json, string member)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(member).GetInt32();
    }
}
