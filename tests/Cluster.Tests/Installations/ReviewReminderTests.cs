using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Installations;
using Xunit;

namespace Marketplace.Cluster.Tests.Installations;

/// <summary>Moves the clock, so it has a cluster of its own.</summary>
public sealed class ReviewReminderTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_monthly_review_is_noted_once_when_it_is_due_and_not_in_the_month_after_a_sign_off()
    {
        var id = await cluster.Install();
        var grain = cluster.Cluster.Client.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
        var consent = (await grain.Get(Token))!.State.Consent!.At;
        Assert.True(await grain.Tick(Token) <= consent.AddMonths(1));
        Assert.Empty(await Reminders(id));

        cluster.Time.SetUtcNow(consent.AddMonths(1));
        await grain.Tick(Token);
        await grain.Tick(Token);
        Assert.Equal(consent.AddMonths(1), Assert.Single(await Reminders(id)).DueAt);

        cluster.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null((await cluster.Execute(id, new InstallationCommand.SignOffReview([]))).Refusal);
        cluster.Time.SetUtcNow(consent.AddMonths(2));
        await grain.Tick(Token);
        Assert.Single(await Reminders(id));
        cluster.Time.Advance(TimeSpan.FromDays(1));
        await grain.Tick(Token);
        Assert.Equal(2, (await Reminders(id)).Count);
    }

    private async Task<List<InstallationEvent.ReviewDue>> Reminders(InstallationId id)
    {
        var reminders = new List<InstallationEvent.ReviewDue>();
        await foreach (var fact in cluster.Journal.Read(GrainKeys.Of(id), 0, Token))
        {
            if (InstallationEvent.Decode(fact.Type, fact.Payload) is InstallationEvent.ReviewDue due)
            {
                reminders.Add(due);
            }
        }

        return reminders;
    }
}
