using Marketplace.Enterprises;
using Marketplace.Sellers;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Enterprises;

public sealed class ReviewQueueTests(PerPluginCluster cluster) : IClassFixture<PerPluginCluster>
{
    private static readonly SellerId Shop = SellerId.Parse("shop-1", null);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_submitted_is_listed_until_it_is_decided_though_every_grain_starts_anew()
    {
        var licence = EnterpriseCluster.NewLicence();
        await cluster.HandIn(licence, Shop);
        await Restart(licence);
        Assert.Contains(licence, await Listed());

        await cluster.Done(licence, new EnterpriseCommand.Claim());
        await Restart(licence);
        Assert.Contains(licence, await Listed());
        await cluster.Done(licence, new EnterpriseCommand.Approve(null));
        await Restart(licence);

        Assert.DoesNotContain(licence, await Listed());
    }

    [Fact]
    public async Task A_list_that_is_read_while_a_submission_is_on_its_way_does_not_lose_it()
    {
        var licence = EnterpriseCluster.NewLicence();
        await cluster.HandIn(licence, Shop);
        await cluster.Done(licence, new EnterpriseCommand.Claim());
        await cluster.Done(licence, new EnterpriseCommand.Reject("blurred"));
        var next = (await cluster.Enterprise(licence).Get(Ended))!.State.Version + 1;

        // The announcement of the next submission, and a look before its fact.
        await cluster.Queue.Open(licence, next, Ended);
        Assert.DoesNotContain(licence, await Listed());
        await cluster.Done(licence, new EnterpriseCommand.Submit(Shop));

        Assert.Contains(licence, await Listed());
    }

    [Fact]
    public async Task A_submission_that_the_journal_does_not_take_is_not_acknowledged_and_can_be_repeated()
    {
        var licence = EnterpriseCluster.NewLicence();
        await cluster.HandIn(licence, Shop);
        await cluster.Done(licence, new EnterpriseCommand.Claim());
        await cluster.Done(licence, new EnterpriseCommand.Reject("blurred"));
        cluster.Journal.IsDown = true;
        try
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Execute(licence, new EnterpriseCommand.Submit(Shop)));
        }
        finally
        {
            cluster.Journal.IsDown = false;
        }

        await cluster.Done(licence, new EnterpriseCommand.Submit(Shop));

        Assert.Contains(licence, await Listed());
    }

    [Fact]
    public async Task The_report_counts_each_decision_once_and_names_breaches()
    {
        var before = await cluster.Queue.Report(Ended);
        var (inTime, late, open) = (EnterpriseCluster.NewLicence(), EnterpriseCluster.NewLicence(), EnterpriseCluster.NewLicence());
        await cluster.Approve(inTime, Shop);
        await cluster.HandIn(late, Shop);
        await cluster.HandIn(open, Shop);
        cluster.Time.Advance(TimeSpan.FromDays(2));
        await cluster.Enterprise(late).Tick(Ended);
        await cluster.Enterprise(late, 0).Tick(Ended);
        await cluster.Done(late, new EnterpriseCommand.Claim());
        await cluster.Done(late, new EnterpriseCommand.Approve(null));
        await Restart(late);

        await cluster.Queue.Report(Ended);
        var report = await cluster.Queue.Report(Ended);

        Assert.Equal((2, 1), (report.Decided - before.Decided, report.InTime - before.InTime));
        Assert.True(report.OpenOverdue >= 1);
        Assert.Single(await cluster.Facts(GrainKeys.Of(late)), type => type == "review-overdue");
        Assert.Equal(report.Decided, report.Months.Sum(month => month.Decided));
    }

    [Fact]
    public async Task Time_tells_when_it_wants_to_be_asked_again()
    {
        var licence = EnterpriseCluster.NewLicence();
        Assert.Null(await cluster.Enterprise(licence).Tick(Ended));
        await cluster.HandIn(licence, Shop);
        var due = await cluster.Enterprise(licence).Tick(Ended);

        Assert.Equal(WorkingDays.Published.Add(cluster.Time.GetUtcNow(), WorkingDays.Days(2)), due);
        await cluster.Done(licence, new EnterpriseCommand.Claim());
        Assert.Equal(cluster.Time.GetUtcNow().AddHours(4), await cluster.Enterprise(licence).Tick(Ended));
        await cluster.Done(licence, new EnterpriseCommand.Approve(null));

        Assert.Null(await cluster.Enterprise(licence).Tick(Ended));
    }

    private async Task<IEnumerable<Licence>> Listed() => (await cluster.Queue.List(Ended)).Select(answer => answer.State.Licence);

    private async Task Restart(Licence licence)
    {
        await cluster.Queue.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await cluster.Enterprise(licence).Cast<IGrainManagementExtension>().DeactivateOnIdle();
    }
}
