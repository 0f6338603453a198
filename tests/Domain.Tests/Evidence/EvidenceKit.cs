using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Domain.Tests.Evidence;

/// <summary>
/// One made-up order on its way to one installation: its events, the installation's facts, and the delivery log as the product writes it,
/// with the noise of a busy shop around it (other orders in the same rows, replays of what was taken, rows of any size).
/// </summary>
internal sealed class EvidenceKit
{
    public const string Order = "order-77";

    public static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    public static readonly InstallationId Id = InstallationId.Parse("shop-1/label-printer", null);

    private readonly Random _random;
    private readonly List<JournalFact> _facts = [];
    private readonly List<PluginEvent> _events = [];
    private readonly List<DeliveryEntry> _entries = [];
    private readonly List<DeliveryEntry> _noise = [];
    private long _seq;

    /// <param name="seed">Of everything that varies.</param>
    /// <param name="scopes">What the seller grants ten days before the order.</param>
    public EvidenceKit(int seed, params string[] scopes)
    {
        _random = new Random(seed);
        _seq = _random.Next(5, 2_000);
        Since = _seq - 1;
        Setting(new InstallationEvent.EnablementStarted(), Start.AddDays(-10));
        Consent(
            Start.AddDays(-10).AddMinutes(1),
            Start.AddDays(355),
            scopes.Length == 0 ? [EventScopes.Logistics, EventScopes.Orders] : scopes
        );
        Setting(new InstallationEvent.EntityAccepted("91440300MA5TESTS0X", 1), Start.AddDays(-10).AddMinutes(2));
    }

    public DateTimeOffset MadeAt { get; set; } = Start.AddDays(5);

    public DateTimeOffset OrderCreatedAt { get; set; } = Start;

    public bool IsCertified { get; set; } = true;

    public ImmutableArray<string> Certified { get; set; } = [EventScopes.Logistics, EventScopes.Orders];

    public string Mode { get; set; } = EvidenceRoute.Push;

    public string? Stop { get; set; }

    public long Since { get; set; }

    public DateTimeOffset? BrokenSince { get; set; }

    public string? LastError { get; set; }

    public DeliveryParking? Parking { get; set; }

    public bool HasOthers { get; set; } = true;

    /// <summary>When the platform did not run.</summary>
    public ImmutableArray<EvidenceOutage>? Outages { get; set; }

    public IReadOnlyList<PluginEvent> Events => _events;

    public IReadOnlyList<JournalFact> Facts => _facts;

    public TimeSpan Some(double fromMinutes, double toMinutes) =>
        TimeSpan.FromMilliseconds(Math.Round((fromMinutes + (_random.NextDouble() * (toMinutes - fromMinutes))) * 60_000));

    public int Number(int from, int toInclusive) => _random.Next(from, toInclusive + 1);

    public void Setting(InstallationEvent @event, DateTimeOffset at) =>
        _facts.Add(
            JournalFact.Following(
                _facts.Count == 0 ? null : _facts[^1],
                $"installation/{Id}",
                OperationId.Parse($"op-{_facts.Count}"),
                ActorId.Parse("demo-seller-center:li-lei"),
                at,
                @event.Type,
                @event.Encode(),
                "203.0.113.7",
                ActorRole.Of("seller-user:owner")
            )
        );

    public void Consent(DateTimeOffset at, DateTimeOffset until, params string[] scopes) =>
        Setting(
            new InstallationEvent.Consented(
                "2026-01",
                new string('a', 64),
                1,
                [.. scopes],
                [.. scopes],
                [],
                until,
                ImmutableSortedDictionary<string, DateTimeOffset>.Empty,
                null
            ),
            at
        );

    /// <summary>An event of the order; places of other orders lie between.</summary>
    public PluginEvent Event(DateTimeOffset at, string type = EventTypes.OrderCreated, TimeSpan lag = default)
    {
        _seq += Number(1, 4);
        var data = Encoding.UTF8.GetBytes($$"""{"total":{{_random.Next(1, 500)}}}""");
        var subject = EventScopes.Of(type) == EventScopes.Logistics ? "WB-1" : Order;
        _events.Add(
            new PluginEvent(
                Id.Seller,
                _seq,
                "urn:erp",
                $"e-{_seq}",
                type,
                subject,
                at,
                at + lag + TimeSpan.FromMilliseconds(_random.Next(5, 900)),
                data
            )
            {
                OrderId = Order,
                OrderCreatedAt = OrderCreatedAt,
            }
        );
        return _events[^1];
    }

    /// <summary>The order's usual events within some hours, from an instant on.</summary>
    public IReadOnlyList<PluginEvent> UsualEvents(DateTimeOffset from) =>
        [Event(from), Event(from + Some(1, 20), EventTypes.OrderPaid), Event(from + Some(30, 120), EventTypes.OrderShipped)];

    public void Ack(PluginEvent @event, DateTimeOffset at, DeliveryChannel channel = DeliveryChannel.Push, int attempt = 1) =>
        _entries.Add(
            Sent(@event, DeliveryOutcome.Acknowledged, channel, at, attempt) with
            {
                Status = channel is DeliveryChannel.Push ? 200 : null,
            }
        );

    /// <summary>A pulled range that was confirmed at once, this event among it.</summary>
    public void Confirm(PluginEvent first, PluginEvent last, DateTimeOffset at) =>
        _entries.Add(
            new DeliveryEntry(
                Math.Max(1, first.Seq - Number(0, 3)),
                last.Seq + Number(0, 3),
                DeliveryOutcome.Acknowledged,
                DeliveryChannel.Pull,
                at
            )
        );

    public void Fail(PluginEvent @event, DateTimeOffset at, string reason, int? status = null, int attempt = 1, int? waitSeconds = null) =>
        _entries.Add(
            Sent(@event, DeliveryOutcome.Failed, DeliveryChannel.Push, at, attempt) with
            {
                Reason = reason,
                Status = status,
                WaitSeconds = waitSeconds,
            }
        );

    public void Throttle(PluginEvent @event, DateTimeOffset at, int attempt, int waitSeconds) =>
        _entries.Add(
            Sent(@event, DeliveryOutcome.Throttled, DeliveryChannel.Push, at, attempt) with
            {
                Reason = SendErrors.Status,
                Status = 429,
                WaitSeconds = waitSeconds,
            }
        );

    public void Withhold(PluginEvent @event, DateTimeOffset at, string reason) =>
        _entries.Add(new DeliveryEntry(@event.Seq, @event.Seq, DeliveryOutcome.Withheld, DeliveryChannel.Push, at) { Reason = reason });

    public void Die(PluginEvent @event, DateTimeOffset at, string reason, int? status, int attempt) =>
        _entries.Add(Sent(@event, DeliveryOutcome.Dead, DeliveryChannel.Push, at, attempt) with { Reason = reason, Status = status });

    public void Park(DateTimeOffset at, string reason) =>
        _entries.Add(
            new DeliveryEntry(_events[^1].Seq, _events[^1].Seq, DeliveryOutcome.Parked, DeliveryChannel.Push, at) { Reason = reason }
        );

    /// <summary>The delivery schedule from an instant on: as many attempts as fail before an end.</summary>
    public IReadOnlyList<DateTimeOffset> Attempts(DateTimeOffset from, DateTimeOffset until)
    {
        double[] minutes = [0, 0.1, 5, 30, 120, 300, 600, 840, 1_200, 1_440];
        var at = from;
        return
        [
            .. minutes
                .Select(wait => at += TimeSpan.FromMinutes(wait * (1 + (_random.NextDouble() / 10))))
                .TakeWhile(attempt => attempt < until),
        ];
    }

    /// <summary>Fails an event at every attempt between two instants.</summary>
    public void FailAll(PluginEvent @event, DateTimeOffset until, string reason, int? status = null)
    {
        var attempts = Attempts(@event.AcceptedAt.AddMilliseconds(50), until);
        for (var i = 0; i < attempts.Count; i++)
        {
            Fail(@event, attempts[i], reason, status, i + 1);
        }
    }

    public EvidenceFacts Build()
    {
        Disturb();
        return new EvidenceFacts(
            EvidenceFacts.CurrentFormat,
            Order,
            Id.ToString(),
            MadeAt,
            EvidenceReaders.Seller,
            _events.Count == 0 ? null : OrderCreatedAt,
            new EvidencePlugin("Label printer", IsCertified, Certified, null),
            new EvidenceAgreement("2026-01", new string('a', 64), Start.AddDays(-10), 1, Start.AddDays(355)),
            new EvidenceRoute(
                Mode,
                EvidenceRoute.PerOrder,
                Stop,
                Since,
                _seq,
                _seq + 10,
                BrokenSince,
                null,
                LastError,
                Parking?.Since,
                Parking?.Reason
            ),
            EvidenceSettings.Of(_facts),
            [.. _events.Select(EvidenceEvent.Of)],
            Rows()
        )
        {
            Outages = Outages,
        };
    }

    /// <summary>
    /// The log's rows as the product chains them; only those that name an event of the order, as the delivery grain hands them out.
    /// </summary>
    public ImmutableArray<EvidenceRow> Rows()
    {
        var rows = ImmutableArray.CreateBuilder<EvidenceRow>();
        var (no, hash) = ((long)Number(0, 50), (ReadOnlyMemory<byte>)SHA256.HashData([(byte)Number(0, 255)]));
        var entries = new Queue<DeliveryEntry>(_entries.Concat(_noise).OrderBy(entry => entry.At).ThenBy(entry => entry.Attempt));
        while (entries.TryDequeue(out var first))
        {
            List<DeliveryEntry> chunk = [first];
            while (chunk.Count < 8 && Number(0, 2) > 0 && entries.TryDequeue(out var next))
            {
                chunk.Add(next);
            }

            var row = DeliveryRow.Following(Id, no, hash, chunk[^1].At, chunk);
            rows.Add(
                new EvidenceRow(
                    row.No,
                    row.At,
                    row.FirstSeq,
                    row.LastSeq,
                    row.Body.ToArray(),
                    Convert.ToHexStringLower(hash.Span),
                    Convert.ToHexStringLower(row.Hash.Span)
                )
            );
            (no, hash) = (row.No, row.Hash);
        }

        return rows.ToImmutable();
    }

    private DeliveryEntry Sent(PluginEvent @event, DeliveryOutcome outcome, DeliveryChannel channel, DateTimeOffset at, int attempt) =>
        new(@event.Seq, @event.Seq, outcome, channel, at)
        {
            Attempt = attempt,
            LatencyMs = Number(1, 5_000),
            PayloadHash = EvidenceBundle.HashOf(@event.Data.Span),
            Schema = "2026-11",
            Batch = Number(0, 3) == 0 ? $"evt_batch_{at.ToUnixTimeMilliseconds()}" : null,
        };

    private void Disturb()
    {
        if (_entries.Count == 0 && !HasOthers)
        {
            return;
        }

        // Other orders of the shop, whose places are none of ours, in time all over the place.
        var own = _events.Select(@event => @event.Seq).ToHashSet();
        for (var i = Number(0, 30); i > 0 && HasOthers; i--)
        {
            var seq = (long)Number(1, (int)_seq + 20);
            if (!own.Contains(seq))
            {
                var at = Start + Some(-60, (MadeAt - Start).TotalMinutes);
                _noise.Add(
                    new DeliveryEntry(
                        seq,
                        seq,
                        Number(0, 3) == 0 ? DeliveryOutcome.Failed : DeliveryOutcome.Acknowledged,
                        DeliveryChannel.Push,
                        at
                    )
                    {
                        Attempt = Number(1, 4),
                        Reason = Number(0, 1) == 0 ? SendErrors.Timeout : SendErrors.Internal,
                    }
                );
                _noise.Add(
                    new DeliveryEntry(seq, seq, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, at.AddSeconds(7))
                    {
                        Attempt = 5,
                        Status = 200,
                    }
                );
            }
        }

        // What was taken is sometimes sent again at somebody's wish, and taken again, or not.
        foreach (
            var taken in _entries
                .Where(entry => entry is { Outcome: DeliveryOutcome.Acknowledged, Channel: DeliveryChannel.Push })
                .ToArray()
        )
        {
            if (Number(0, 3) == 0)
            {
                var again = taken.At + Some(1, 600);
                _noise.Add(
                    taken with
                    {
                        At = again,
                        Channel = DeliveryChannel.Replay,
                        Replay = "r-1",
                        Outcome = Number(0, 1) == 0 ? DeliveryOutcome.Acknowledged : DeliveryOutcome.Failed,
                        Reason = null,
                    }
                );
            }
        }
    }
}
