using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Diagnostics;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Cluster.Tests.Diagnostics;

/// <summary>What is kept of errors and diagnoses outlives the activations that hold it, wherever it came from.</summary>
public sealed class DiagnosticsGrainTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => cluster.Cluster.Client;

    [Fact]
    public async Task Errors_of_both_silos_are_in_one_log_and_outlive_its_activation()
    {
        var id = await cluster.Install();
        foreach (var (silo, call) in cluster.Cluster.Silos.Select((silo, i) => (silo, (UInt128)(i + 1))))
        {
            silo.ServiceProvider.GetRequiredService<IErrorSink>()
                .Add(
                    id,
                    new ErrorEntry(call, default, "orders.get", "scope-missing", 403)
                    {
                        Order = $"order-{call}",
                        Duration = TimeSpan.FromMilliseconds(2),
                    }
                );
        }

        var log = Grains.GetGrain<IErrorLogGrain>(GrainKeys.Errors(id));
        await Eventually.Holds(async () => (await log.Newest(10, Ended)).Length == 2, "both errors in the log");
        await End(log);

        var found = await log.Find(2, Ended);
        Assert.Equal(("order-2", TimeSpan.FromMilliseconds(2), cluster.Time.GetUtcNow()), (found?.Order, found?.Duration, found?.At));
        Assert.Equal(2, (await log.Newest(10, Ended)).Length);
    }

    [Fact]
    public async Task A_diagnosis_counts_the_errors_that_the_log_has_no_room_for_and_finds_what_others_pushed_out()
    {
        var id = await cluster.Install();
        var log = Grains.GetGrain<IErrorLogGrain>(GrainKeys.Errors(id));
        var now = cluster.Time.GetUtcNow();
        await log.Add([
            .. Enumerable
                .Range(1, 5)
                .Select(call => new ErrorEntry((UInt128)call, now, "upstream.rates", FindingCodes.UpstreamFailing, 502)),
        ]);
        await log.Add([
            .. Enumerable
                .Range(6, ErrorHistory.Capacity + 100)
                .Select(call => new ErrorEntry((UInt128)call, now, "orders.get", QuotaRefusals.BurstExceeded, 429)),
        ]);
        await End(log);

        var diagnosis = (await Grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(id)).Run(Ended))!;

        var refused = Assert.Single(diagnosis.Findings, finding => finding.Code == QuotaRefusals.BurstExceeded);
        var failed = Assert.Single(diagnosis.Findings, finding => finding.Code == FindingCodes.UpstreamFailing);
        Assert.Equal(("600", "5"), (refused.Evidence["refused_last_hour"], failed.Evidence["last_hour"]));
    }

    [Fact]
    public async Task A_diagnosis_is_kept_and_its_outcome_told_after_the_activation_has_ended()
    {
        var id = await cluster.Install();
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Pause("stocktaking"))).Refusal);
        var diagnosis = (await Grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(id)).Run(Ended))!;
        Assert.Equal(InstallationRefusals.InstallationPaused, diagnosis.Findings[0].Code);
        var sessions = Grains.GetGrain<IDiagnosisSessionGrain>(GrainKeys.Sessions(id));
        await End(sessions);

        var kept = await sessions.Find(diagnosis.Id, Ended);
        var outcome = new DiagnosisOutcome(true, InstallationRefusals.InstallationPaused, true);
        var by = new Initiator(ActorId.Parse("seller"), OperationId.Parse("outcome-1"));
        Assert.Null((await sessions.ReportOutcome(diagnosis.Id, outcome, by, Ended)).Refusal);
        await End(sessions);
        Assert.Null((await sessions.ReportOutcome(diagnosis.Id, outcome, by, Ended)).Refusal);

        Assert.Equal(
            diagnosis.Findings.Select(finding => (finding.Code, finding.Fix.Href)),
            kept!.Findings.Select(finding => (finding.Code, finding.Fix.Href))
        );
        var shard = Grains.GetGrain<IDiagnosisOutcomesGrain>(OutcomeShards.KeyOf(id));
        await Eventually.Holds(async () => await shard.Sum(Ended) is { WithOutcome: >= 1, Located: >= 1 }, "the outcome in the figures");
        await End(shard);
        Assert.True(await shard.Sum(Ended) is { Sessions: >= 1, WithOutcome: >= 1, Located: >= 1 });
    }

    [Fact]
    public async Task Only_the_last_diagnoses_are_kept()
    {
        var id = await cluster.Install();
        var grain = Grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(id));
        var first = (await grain.Run(Ended))!.Id;
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => grain.Run(Ended)));

        var sessions = Grains.GetGrain<IDiagnosisSessionGrain>(GrainKeys.Sessions(id));
        Assert.Null(await sessions.Find(first, Ended));
        Assert.All(await Task.WhenAll(all.Select(diagnosis => sessions.Find(diagnosis!.Id, Ended))), Assert.NotNull);
        Assert.Equal(
            DiagnosticsRefusals.DiagnosisNotFound,
            (
                await sessions.ReportOutcome(
                    first,
                    new DiagnosisOutcome(true, null, null),
                    new Initiator(ActorId.Parse("seller"), OperationId.Parse("outcome-2")),
                    Ended
                )
            )
                .Refusal
                ?.Code
        );
    }

    [Fact]
    public async Task An_unknown_installation_is_not_diagnosed() =>
        Assert.Null(await Grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(InstallationId.Parse("nobody/nothing", null))).Run(Ended));

    [Fact]
    public async Task Incidents_are_the_same_after_the_grain_has_started_anew()
    {
        var incidents = Grains.GetGrain<IIncidentsGrain>(IIncidentsGrain.GrainKey);
        var open = new IncidentCommand.Open("incident-1", new BilingualText("故障", "Incident"), new IncidentReach([], [], ["nobody"], []));
        var by = new Initiator(ActorId.Parse("operator"), OperationId.Parse("open-1"), "192.0.2.7", ActorRole.Operator);
        Assert.Null((await incidents.Execute(open, by, Ended)).Refusal);
        await End(incidents);

        var repeated = await incidents.Execute(open with { Id = "incident-2" }, by, Ended);
        Assert.Equal("incident-1", repeated.Value?.Id);
        Assert.Null(
            (
                await incidents.Execute(
                    new IncidentCommand.Resolve("incident-1"),
                    by with
                    {
                        OperationId = OperationId.Parse("resolve-1"),
                    },
                    Ended
                )
            ).Refusal
        );
        Assert.Empty(await incidents.GetOpen(Ended));
        Assert.False(Assert.Single(await incidents.List(Ended)).IsOpen);
    }

    /// <summary>Ends the activation; the next call begins a new one, from what is written.</summary>
    private Task End(IGrain grain) => cluster.Cluster.DeactivateAsync(grain);
}
