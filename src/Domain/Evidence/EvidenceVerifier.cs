using System.Globalization;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Evidence;

/// <summary>
/// Verifies a bundle by itself: every row hash, the chain between consecutive rows, the events' message ids, and that hops, judgement and
/// verdict follow from rows and settings. Only the marketplace's store or signature can prove that the rows are genuine.
/// </summary>
public static class EvidenceVerifier
{
    /// <summary>Reports every defect of a bundle; nothing if it is valid.</summary>
    public static void Check(EvidenceBundle bundle, Action<Finding> report)
    {
        var facts = bundle.Facts;
        void Report(long seq, string code, string detail) => report(new Finding("evidence", facts.OrderId, null, seq, code, detail));

        if (facts.Format != EvidenceFacts.CurrentFormat || !InstallationId.TryParse(facts.Installation, null, out var installation))
        {
            Report(0, "form-unknown", $"the form is {facts.Format}, the installation '{facts.Installation}'");
            return;
        }

        CheckRows(facts, installation, Report);
        CheckEvents(facts, Report);
        CheckConclusions(bundle, Report);
    }

    /// <summary>The delivery-log row represented by a row of a bundle.</summary>
    /// <exception cref="FormatException">A hash is not hexadecimal.</exception>
    public static DeliveryRow RowOf(EvidenceRow row, InstallationId installation) =>
        new(installation, row.No, row.At, row.FirstSeq, row.LastSeq, row.Body, Convert.FromHexString(row.Hash));

    private static void CheckRows(EvidenceFacts facts, InstallationId installation, Action<long, string, string> report)
    {
        EvidenceRow? last = null;
        foreach (var row in facts.Rows)
        {
            if (!HashIsRight(row, installation))
            {
                report(row.No, "row-hash-wrong", "the row's hash is not that of its contents");
            }

            if (last is not null && row.No <= last.No)
            {
                report(row.No, "row-out-of-order", $"the row comes after row {last.No}");
            }

            if (last is not null && row.No == last.No + 1 && row.PreviousHash != last.Hash)
            {
                report(row.No, "chain-broken", "the row is not chained to the one before");
            }

            last = row;
        }
    }

    private static bool HashIsRight(EvidenceRow row, InstallationId installation)
    {
        try
        {
            return Convert.ToHexStringLower(RowOf(row, installation).HashAfter(Convert.FromHexString(row.PreviousHash))) == row.Hash;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void CheckEvents(EvidenceFacts facts, Action<long, string, string> report)
    {
        var last = 0L;
        foreach (var @event in facts.Events)
        {
            if (@event.Seq <= last)
            {
                report(@event.Seq, "event-out-of-order", $"the event comes after {last.ToString(CultureInfo.InvariantCulture)}");
            }

            if (@event.Id is { } id && PluginEvent.MessageIdOf(@event.Source, id) != @event.MessageId)
            {
                report(@event.Seq, "message-id-wrong", "the message id does not stand for source and id");
            }

            if (EventScopes.Of(@event.Type) != @event.Scope)
            {
                report(@event.Seq, "scope-wrong", $"events of the type {@event.Type} are opened by {EventScopes.Of(@event.Type)}");
            }

            last = @event.Seq;
        }
    }

    private static void CheckConclusions(EvidenceBundle bundle, Action<long, string, string> report)
    {
        EvidenceBundle right;
        try
        {
            right = EvidenceBundle.Of(bundle.Facts);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            report(0, "row-unreadable", "a row's body is not what the delivery log writes, so nothing follows from it");
            return;
        }

        if (!Same(right with { Journeys = bundle.Journeys, Verdict = bundle.Verdict }, bundle))
        {
            report(0, "labels-wrong", $"the labels are {string.Join(", ", right.Labels.DefaultIfEmpty("none"))}");
        }

        if (!Same(right with { Labels = bundle.Labels, Verdict = bundle.Verdict }, bundle))
        {
            report(0, "journeys-wrong", "hops or judgement are not what rows and settings lead to");
        }

        if (!Same(right with { Labels = bundle.Labels, Journeys = bundle.Journeys }, bundle))
        {
            report(0, "verdict-wrong", $"the verdict is {right.Verdict.Cause}");
        }
    }

    private static bool Same(EvidenceBundle right, EvidenceBundle bundle) => right.Encode().AsSpan().SequenceEqual(bundle.Encode());
}
