using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>
/// The matrix of seeded faults (R58, R60): alone, a diagnosis names the right cause first and its call repairs what a call can repair; in
/// pairs, both are listed.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class FaultMatrixTests(FaultMarketplace patient, HastyFaultMarketplace hasty, ITestOutputHelper output)
    : IClassFixture<HastyFaultMarketplace>
{
    public static TheoryData<string> Names => [.. Faults.All.Select(fault => fault.Name)];

    [Fact]
    public void There_are_enough_faults_and_each_has_its_name()
    {
        Assert.True(Faults.All.Length >= 25);
        Assert.Equal(Faults.All.Length, Faults.All.Select(fault => fault.Name).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_fault_nothing_is_found()
    {
        patient.Reset();
        var bench = await FaultBench.Make(patient);

        Assert.Empty(await bench.Codes());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Alone_it_is_named_first_and_repaired_where_a_call_repairs_it(string name)
    {
        var fault = Faults.All.Single(fault => fault.Name == name);
        var market = MarketOf(fault);
        market.Reset();
        var bench = await FaultBench.Make(market, fault);
        try
        {
            var diagnosis = await bench.Diagnose();

            Assert.Equal(fault.Code, FaultBench.CodesOf(diagnosis).FirstOrDefault());
            var finding = diagnosis.GetProperty("findings")[0];
            IsWhole(finding);
            var repaired = await Repaired(bench, fault, finding);
            var fix = finding.GetProperty("fix");
            var outcome = repaired ? $"repaired by {fix.GetProperty("href").GetString()}" : $"by {fix.GetProperty("by").GetString()}";
            output.WriteLine($"{fault.Name, -34} {fault.Code, -26} {outcome}");
        }
        finally
        {
            market.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task In_pairs_both_are_listed(string name)
    {
        var one = Faults.All.Single(fault => fault.Name == name);
        var failures = new StringBuilder();
        var others = Faults.All.SkipWhile(fault => fault != one).Skip(1).Where(one.FitsWith).ToArray();
        foreach (var other in others)
        {
            var market = MarketOf(one, other);
            market.Reset();
            try
            {
                var bench = await FaultBench.Make(market, one, other);
                var codes = await bench.Codes();
                if (!codes.Contains(one.Code) || !codes.Contains(other.Code))
                {
                    failures.AppendLine(CultureInfo.InvariantCulture, $"{one.Name} + {other.Name}: {string.Join(", ", codes)}");
                }
            }
            catch (Exception e) when (e is InvalidOperationException or Xunit.Sdk.XunitException)
            {
                failures.AppendLine(CultureInfo.InvariantCulture, $"{one.Name} + {other.Name}: {e.Message}");
            }
            finally
            {
                market.Reset();
            }
        }

        output.WriteLine($"{one.Name}: {others.Length} pairs");
        Assert.True(failures.Length == 0, failures.ToString());
    }

    [Fact]
    public async Task The_repairs_of_one_diagnosis_do_not_undo_each_other()
    {
        patient.Reset();
        Fault[] faults = [.. Faults.All.Where(fault => fault.Code is "sync-window-hides-orders" or "spend-cap")];
        var bench = await FaultBench.Make(patient, faults);
        var diagnosis = await bench.Diagnose();
        foreach (
            var finding in diagnosis
                .GetProperty("findings")
                .EnumerateArray()
                .Where(finding => faults.Any(fault => fault.Code == finding.GetProperty("code").GetString()))
        )
        {
            await bench.Repair(finding.GetProperty("fix"));
        }

        Assert.All(faults, fault => Assert.Contains(fault.Code, FaultBench.CodesOf(diagnosis)));
        Assert.Empty((await bench.Codes()).Intersect(faults.Select(fault => fault.Code)));
    }

    [Fact]
    public async Task An_event_that_was_given_up_is_told_by_its_order_and_its_replay_is_what_repairs_it()
    {
        hasty.Reset();
        var bench = await FaultBench.Make(hasty, Faults.All.Single(fault => fault.Code == "dead-letters"));
        var finding = (await bench.Diagnose()).GetProperty("findings")[0];
        var order = Assert.Single(finding.GetProperty("affected_orders").EnumerateArray()).GetString()!;
        var (evidence, receiver) = (finding.GetProperty("evidence"), bench.Receiver!);
        var refused = receiver.Received.Where(message => message.Body.Contains(order, StringComparison.Ordinal)).ToArray();

        Assert.Equal(
            ("1", "status", "0"),
            (
                evidence.GetProperty("dead_letters").GetString(),
                evidence.GetProperty("given_up_for").GetString(),
                evidence.GetProperty("waiting").GetString()
            )
        );
        Assert.Equal(["1", "2", "3"], refused.Select(message => message.Headers["marketplace-attempt"]));
        Assert.True(evidence.TryGetProperty("given_up_at", out _));

        await bench.Repair(finding.GetProperty("fix"));
        var again = await receiver.Find(message => message.Headers.ContainsKey("marketplace-replay"), "the replay");
        Assert.Equal((refused[0].Id, refused[0].Body), (again.Id, again.Body));
    }

    private FaultMarketplace MarketOf(params Fault[] faults) => faults.Any(fault => fault.Has.Contains(Tags.Schedule)) ? hasty : patient;

    private static void IsWhole(JsonElement finding)
    {
        Assert.Matches("\\p{IsCJKUnifiedIdeographs}", finding.GetProperty("cause").GetProperty("zh").GetString()!);
        Assert.NotEmpty(finding.GetProperty("cause").GetProperty("en").GetString()!);
        Assert.NotEmpty(finding.GetProperty("evidence").EnumerateObject());
        var fix = finding.GetProperty("fix");
        Assert.NotEmpty(fix.GetProperty("by").GetString()!);
        Assert.Matches("\\p{IsCJKUnifiedIdeographs}", fix.GetProperty("action").GetProperty("zh").GetString()!);
        Assert.NotEmpty(fix.GetProperty("action").GetProperty("en").GetString()!);
    }

    private static async Task<bool> Repaired(FaultBench bench, Fault fault, JsonElement finding)
    {
        var fix = finding.GetProperty("fix");
        Assert.Equal(fault.Repairable, fix.TryGetProperty("method", out _));
        if (!fault.Repairable)
        {
            return false;
        }

        await bench.Repair(fix);
        if (fault.AfterRepair is { } after)
        {
            await after(bench);
        }

        Assert.DoesNotContain(fault.Code, await bench.Codes());
        return true;
    }
}
