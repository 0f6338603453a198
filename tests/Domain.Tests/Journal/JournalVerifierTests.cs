using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

public sealed class JournalVerifierTests
{
    private static readonly JournalFact[] Facts = Chain("installation/s-1/p", "op-1", "op-2", "op-2", "op-3");

    [Fact]
    public void A_chain_of_each_entity_verifies()
    {
        Assert.Empty(Verify([.. Facts, .. Chain("installation/s-2/p", "op-1", "op-9")], out var counts));
        Assert.Equal(new JournalCounts(2, 6), counts);
    }

    [Fact]
    public void Every_altered_member_is_found()
    {
        foreach (var index in Enumerable.Range(0, Facts.Length))
        {
            var fact = Facts[index];
            JournalFact[] altered =
            [
                fact with
                {
                    OperationId = OperationId.Parse("op-x"),
                },
                fact with
                {
                    Actor = ActorId.Parse(fact.Actor.Value + "x"),
                },
                fact with
                {
                    At = fact.At.AddMilliseconds(1),
                },
                fact with
                {
                    Type = "grants-change",
                },
                fact with
                {
                    Actor = ActorId.Parse(fact.Actor.Value + "g"),
                    Type = fact.Type[1..],
                },
                fact with
                {
                    Version = fact.Version + 1,
                },
                fact with
                {
                    Payload = "{\"n\":2}"u8.ToArray(),
                },
                fact with
                {
                    Hash = JournalFact.Genesis,
                },
                fact with
                {
                    Entity = "installation/s-1/q",
                },
            ];
            Assert.All(altered, broken => Assert.NotEmpty(Verify([.. Facts.Take(index), broken, .. Facts.Skip(index + 1)], out _)));
        }
    }

    [Fact]
    public void A_removed_a_swapped_and_a_doubled_fact_is_found()
    {
        Assert.All(Enumerable.Range(0, Facts.Length - 1), index =>
        {
            Assert.NotEmpty(Verify([.. Facts.Take(index), .. Facts.Skip(index + 1)], out _));
            Assert.NotEmpty(Verify([.. Facts.Take(index), Facts[index + 1], Facts[index], .. Facts.Skip(index + 2)], out _));
            Assert.NotEmpty(Verify([.. Facts.Take(index), Facts[index], .. Facts.Skip(index)], out _));
        });
    }

    [Fact]
    public void An_operation_id_that_comes_back_after_another_command_is_found() =>
        Assert.Equal("operation-repeated", Assert.Single(Verify(Chain("seller/s-1", "op-1", "op-2", "op-1"), out _)).Code);

    [Fact]
    public void An_entity_out_of_order_is_found() =>
        Assert.Equal("out-of-order", Assert.Single(Verify([.. Facts, .. Chain("installation/s-0/p", "op-1")], out _)).Code);

    private static List<Finding> Verify(IEnumerable<JournalFact> facts, out JournalCounts counts)
    {
        var findings = new List<Finding>();
        var verifier = new JournalVerifier(findings.Add);
        foreach (var fact in facts)
        {
            verifier.Add(fact);
        }

        counts = verifier.Counts;
        return findings;
    }

    private static JournalFact[] Chain(string entity, params string[] operations)
    {
        var facts = new List<JournalFact>();
        foreach (var operation in operations)
        {
            var at = DateTimeOffset.UnixEpoch.AddDays(20_000 + facts.Count);
            facts.Add(
                JournalFact.Following(
                    facts.LastOrDefault(),
                    entity,
                    OperationId.Parse(operation),
                    ActorId.Parse("seller-center"),
                    at,
                    "grants-changed",
                    "{\"n\":1}"u8.ToArray()
                )
            );
        }

        return [.. facts];
    }
}
