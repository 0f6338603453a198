using Marketplace.Evidence;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Evidence;

/// <summary>What a bundle shows by itself.</summary>
public sealed class EvidenceVerifierTests
{
    private static readonly EvidenceBundle Bundle = EvidenceBundle.Of(
        EvidenceCorpus.Cases.First(one => one.Cause == EvidenceCauses.EventRefused).Make(11).Build()
    );

    [Fact]
    public void Every_bundle_of_the_corpus_is_well()
    {
        foreach (var (_, make) in EvidenceCorpus.Cases)
        {
            Assert.Empty(Check(EvidenceBundle.Of(make(5).Build())));
        }
    }

    [Fact]
    public void A_bundle_is_read_as_it_was_written_byte_for_byte()
    {
        var signed = new SignedEvidence(Bundle, new EvidenceSignature(EvidenceSignature.Ed25519, "key-1", new byte[64]));

        var file = signed.Encode();

        Assert.Equal(file, SignedEvidence.Decode(file).Encode());
        Assert.Contains("\"made_at\":\"2026-11-25T00:00:00.000Z\"", System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    [Fact]
    public void An_altered_row_is_found_by_its_hash_and_a_row_of_another_log_by_the_chain()
    {
        var row = Bundle.Facts.Rows[1];
        var body = row.Body.ToArray();
        body[^3] ^= 1;

        Assert.Contains("row-hash-wrong", Codes(With(row with { Body = body })));
        Assert.Contains("row-hash-wrong", Codes(With(row with { At = row.At.AddMilliseconds(1) })));
        Assert.Contains("row-hash-wrong", Codes(With(row with { PreviousHash = "no hash" })));

        var other = Marketplace.Deliveries.DeliveryRow.Following(
            EvidenceKit.Id,
            row.No - 1,
            new byte[32],
            row.At,
            EvidenceVerifier.RowOf(row, EvidenceKit.Id).Entries
        );
        Assert.Contains(
            "chain-broken",
            Codes(With(row with { PreviousHash = new string('0', 64), Hash = Convert.ToHexStringLower(other.Hash.Span) }))
        );
    }

    [Fact]
    public void A_verdict_a_judgement_or_a_label_that_does_not_follow_is_found()
    {
        var cause = EvidenceCauses.Find(EvidenceCauses.ReceiverTimeout);

        Assert.Equal(
            ["verdict-wrong"],
            Codes(Bundle with { Verdict = Bundle.Verdict with { Cause = cause.Code, Party = cause.Party, Text = cause.Text } })
        );
        Assert.Equal(
            ["journeys-wrong"],
            Codes(Bundle with { Journeys = [Bundle.Journeys[0] with { Owed = false }, .. Bundle.Journeys.Skip(1)] })
        );
        Assert.Equal(
            ["journeys-wrong"],
            Codes(Bundle with { Journeys = [Bundle.Journeys[0] with { Hops = [Bundle.Journeys[0].Hops[0]] }, .. Bundle.Journeys.Skip(1)] })
        );
        Assert.Equal(["labels-wrong"], Codes(Bundle with { Labels = [EvidenceBundle.UncertifiedPlugin] }));
    }

    [Fact]
    public void An_event_under_another_name_or_scope_is_found()
    {
        var @event = Bundle.Facts.Events[0];

        Assert.Contains("message-id-wrong", Codes(With(@event with { Id = "another" })));
        Assert.Contains("scope-wrong", Codes(With(@event with { Scope = "products.read" })));
        Assert.Contains("event-out-of-order", Codes(With(@event with { Seq = 1_000_000 })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"bundle":{},"signature":{"alg":"Ed25519","key_id":"k","value":""}}""")]
    [InlineData("""{"bundle":null,"signature":null}""")]
    public void What_is_no_bundle_is_refused(string file) =>
        Assert.Throws<FormatException>(() => SignedEvidence.Decode(System.Text.Encoding.UTF8.GetBytes(file)));

    [Fact]
    public void A_member_that_the_form_does_not_have_cannot_hide_in_a_bundle()
    {
        var signed = new SignedEvidence(Bundle, new EvidenceSignature(EvidenceSignature.Ed25519, "key-1", new byte[64]));
        var text = System.Text.Encoding.UTF8.GetString(signed.Encode());

        Assert.Throws<FormatException>(() =>
            SignedEvidence.Decode(
                System.Text.Encoding.UTF8.GetBytes(
                    text.Replace("\"labels\":[]", "\"labels\":[],\"note\":\"paid\"", StringComparison.Ordinal)
                )
            )
        );
        Assert.Throws<FormatException>(() =>
            SignedEvidence.Decode(System.Text.Encoding.UTF8.GetBytes(text.Replace("00.000Z", "00Z", StringComparison.Ordinal)))
        );
    }

    private static EvidenceBundle With(EvidenceRow row) =>
        Bundle with
        {
            Facts = Bundle.Facts with { Rows = Bundle.Facts.Rows.SetItem(1, row) },
        };

    private static EvidenceBundle With(EvidenceEvent @event) =>
        Bundle with
        {
            Facts = Bundle.Facts with { Events = Bundle.Facts.Events.SetItem(0, @event) },
        };

    private static IEnumerable<string> Codes(EvidenceBundle bundle) => Check(bundle).Select(finding => finding.Code);

    private static List<Finding> Check(EvidenceBundle bundle)
    {
        var findings = new List<Finding>();
        EvidenceVerifier.Check(bundle, findings.Add);
        return findings;
    }
}
