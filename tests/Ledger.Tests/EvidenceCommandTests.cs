using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Schemas.Payloads;
using NSec.Cryptography;

namespace Marketplace.Ledger.Tests;

/// <summary>What an outsider with the file, the published keys and the store can find out.</summary>
public sealed class EvidenceCommandTests : IAsyncLifetime
{
    private const string Installation = "seller-1/label-printer";

    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly InstallationId Id = InstallationId.Parse(Installation, null);

    private readonly Key _key = NewKey();
    private SmallStore _store = null!;
    private EvidenceFacts _facts = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string BundleFile => Path.Combine(_store.Folder, "bundle.json");

    private string KeysFile => Path.Combine(_store.Folder, "keys.json");

    public async ValueTask InitializeAsync()
    {
        _store = await SmallStore.Open(Token);
        var facts = Facts();
        foreach (var fact in facts)
        {
            await _store.Write([fact], Token);
        }

        var events = Enumerable.Range(1, 3).Select(seq => Event(seq, seq == 2 ? "order-other" : "order-77")).ToArray();
        await _store.Write(events, Token);
        var rows = Rows(events);
        await _store.Write(rows.Select(row => row.Row), Token);
        _facts = new EvidenceFacts(
            EvidenceFacts.CurrentFormat,
            "order-77",
            Installation,
            rows[^1].Row.At.AddMinutes(1),
            EvidenceReaders.Seller,
            Start,
            new EvidencePlugin("Label printer", true, ["orders.read"], null),
            new EvidenceAgreement("2026-01", new string('a', 64), Start.AddDays(-1), 1, Start.AddDays(364)),
            new EvidenceRoute(EvidenceRoute.Push, EvidenceRoute.PerOrder, null, 0, 3, 3, null, null, null, null, null),
            EvidenceSettings.Of(facts),
            [.. events.Where(@event => @event.Subject == "order-77").Select(Of)],
            [
                .. rows.Select(row => new EvidenceRow(
                    row.Row.No,
                    row.Row.At,
                    row.Row.FirstSeq,
                    row.Row.LastSeq,
                    row.Row.Body.ToArray(),
                    Hex(row.Previous),
                    Hex(row.Row.Hash)
                )),
            ]
        );
        await _store.Stop();
        await Save(EvidenceBundle.Of(_facts));
        await File.WriteAllTextAsync(
            KeysFile,
            JsonSerializer.Serialize(
                new
                {
                    keys = new[]
                    {
                        new
                        {
                            id = "mk_1",
                            alg = "Ed25519",
                            public_key = Convert.ToBase64String(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey)),
                            since = Start,
                        },
                    },
                }
            ),
            Token
        );
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _store.DisposeAsync();
    }

    [Fact]
    public async Task A_bundle_as_it_was_served_verifies_by_itself_by_the_keys_and_by_the_store()
    {
        Assert.Equal(
            (0, true),
            await Verify("--keys", KeysFile, "--data", _store.Folder) is var (code, text)
                ? (code, text.Contains("signature: good; store: compared", StringComparison.Ordinal))
                : default
        );
        Assert.Contains("verdict: Receiver (receiver-tls)", (await Verify("--keys", KeysFile)).Text, StringComparison.Ordinal);
        var alone = await Verify();
        Assert.Equal(0, alone.Code);
        Assert.Contains("signature: not checked", alone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_altered_byte_is_found()
    {
        var whole = await File.ReadAllBytesAsync(BundleFile, Token);
        for (var i = 0; i < whole.Length; i++)
        {
            var altered = whole.ToArray();
            altered[i] ^= (byte)(i % 2 == 0 ? 1 : 32);
            await File.WriteAllBytesAsync(BundleFile, altered, Token);
            Assert.True(
                (await Verify("--keys", KeysFile)).Code == 1,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"byte {i}: {Encoding.UTF8.GetString(whole, Math.Max(0, i - 20), Math.Min(40, whole.Length - i))}"
                )
            );
        }
    }

    [Fact]
    public async Task Blanks_that_mean_nothing_are_found_and_a_line_break_at_the_end_is_not_minded()
    {
        var text = await File.ReadAllTextAsync(BundleFile, Token);
        await File.WriteAllTextAsync(BundleFile, text + "\n", Token);
        Assert.Equal(0, (await Verify("--keys", KeysFile)).Code);

        await File.WriteAllTextAsync(BundleFile, text.Replace("\"bundle\":", "\"bundle\": ", StringComparison.Ordinal), Token);
        Assert.Contains("not-canonical", (await Verify("--keys", KeysFile)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_signature_is_found()
    {
        using var other = NewKey();
        await Save(EvidenceBundle.Of(_facts), other);
        Assert.Contains("signature-wrong", (await Verify("--keys", KeysFile)).Text, StringComparison.Ordinal);

        await Save(EvidenceBundle.Of(_facts), keyId: "mk_2");
        Assert.Contains("none of the keys has this id", (await Verify("--keys", KeysFile)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forgery_that_is_right_in_itself_and_signed_with_the_marketplaces_own_key_fails_against_the_store()
    {
        // The failures are gone, the chain is made anew, and all conclusions follow.
        var taken = _facts
            .Rows.Select(row => EvidenceVerifier.RowOf(row, Id).Entries[0])
            .Select(entry => entry with { Outcome = DeliveryOutcome.Acknowledged, Reason = null, Status = 200 });
        var forged = EvidenceBundle.Of(_facts with { Rows = Chain(taken) });
        await Save(forged);
        Assert.Equal(EvidenceParty.None, forged.Verdict.Party);
        Assert.Equal(0, (await Verify("--keys", KeysFile)).Code);
        Assert.Contains("row-differs", (await Verify("--keys", KeysFile, "--data", _store.Folder)).Text, StringComparison.Ordinal);

        await Save(
            EvidenceBundle.Of(_facts with { Rows = Chain(taken.Select(entry => entry with { PayloadHash = new string('f', 64) })) })
        );
        Assert.Contains("payload-differs", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
        await Save(EvidenceBundle.Of(_facts with { Rows = [] }));
        Assert.Contains("row-left-out", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
        await Save(EvidenceBundle.Of(_facts with { Events = [_facts.Events[0]] }));
        Assert.Contains("event-left-out", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
        await Save(
            EvidenceBundle.Of(_facts with { Events = _facts.Events.SetItem(0, _facts.Events[0] with { AcceptedAt = Start.AddHours(-9) }) })
        );
        Assert.Contains("event-differs", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
        await Save(EvidenceBundle.Of(_facts with { Events = _facts.Events.Add(Of(Event(9, "order-77"))) }));
        Assert.Contains("event-not-in-store", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
        await Save(EvidenceBundle.Of(_facts with { Events = [_facts.Events[0], Of(Event(2, "order-other")), _facts.Events[1]] }));
        Assert.Contains("event-of-another-order", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
        await Save(EvidenceBundle.Of(_facts with { Settings = _facts.Settings.SetItem(2, _facts.Settings[2] with { Phase = "paused" }) }));
        Assert.Contains("settings-differ", (await Verify("--data", _store.Folder)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evidence")]
    [InlineData("evidence", "make", "x")]
    [InlineData("evidence", "verify")]
    [InlineData("evidence", "verify", "no-such-file")]
    [InlineData("evidence", "verify", "x", "--json")]
    [InlineData("evidence", "verify", "x", "--data", "a", "--postgres", "b")]
    public async Task What_cannot_be_verified_ends_with_2(params string[] args) => Assert.Equal(2, (await Run(args)).Code);

    [Fact]
    public async Task A_file_of_keys_that_is_none_ends_with_2()
    {
        await File.WriteAllTextAsync(KeysFile, """{"keys":[{"id":"mk_1","public_key":"AAAA"}]}""", Token);
        Assert.Equal(2, (await Verify("--keys", KeysFile)).Code);
    }

    private static Key NewKey() =>
        Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });

    private static JournalFact[] Facts()
    {
        InstallationEvent[] events =
        [
            new InstallationEvent.EnablementStarted(),
            new InstallationEvent.Consented(
                "2026-01",
                new string('a', 64),
                1,
                ["orders.read"],
                ["orders.read"],
                [],
                Start.AddDays(364),
                ImmutableSortedDictionary<string, DateTimeOffset>.Empty,
                null
            ),
            new InstallationEvent.EntityAccepted("91440300MA5TESTS0X", 1),
        ];
        var facts = new List<JournalFact>();
        foreach (var @event in events)
        {
            facts.Add(
                JournalFact.Following(
                    facts.LastOrDefault(),
                    $"installation/{Installation}",
                    OperationId.Parse($"op-{facts.Count}"),
                    ActorId.Parse("u-1"),
                    Start.AddDays(-1).AddMinutes(facts.Count),
                    @event.Type,
                    @event.Encode()
                )
            );
        }

        return [.. facts];
    }

    private static FeedEvent Event(long seq, string order) =>
        SmallStore.Event("seller-1", seq) with
        {
            Subject = order,
            Time = Start.AddMinutes(seq),
            AcceptedAt = Start.AddMinutes(seq).AddSeconds(1),
        };

    private static EvidenceEvent Of(FeedEvent item) => EvidenceEvent.Of(ForPlugin(item));

    private static PluginEvent ForPlugin(FeedEvent item) =>
        new(item.Seller, item.Seq, item.Source, item.Id, item.Type, item.Subject, item.Time, item.AcceptedAt, item.Data)
        {
            OrderId = item.Subject,
            OrderCreatedAt = Start,
        };

    private static List<(DeliveryRow Row, ReadOnlyMemory<byte> Previous)> Rows(FeedEvent[] events)
    {
        var rows = new List<(DeliveryRow, ReadOnlyMemory<byte>)>();
        ReadOnlyMemory<byte> last = DeliveryRow.NoHash;
        for (
            var (at, attempt) = (Start.AddMinutes(1).AddSeconds(2), 1);
            attempt <= 5;
            at += RetryPolicy.Standard.PauseAfter(attempt, 1), attempt++
        )
        {
            var entry = new DeliveryEntry(1, 1, DeliveryOutcome.Failed, DeliveryChannel.Push, at)
            {
                Attempt = attempt,
                Reason = SendErrors.Tls,
                LatencyMs = 12,
                PayloadHash = EvidenceBundle.HashOf(EventPayloads.Render(ForPlugin(events[0]), Id, "2026-11", ["orders.read"])),
                Schema = "2026-11",
            };
            var row = DeliveryRow.Following(Id, rows.Count, last, at, [entry]);
            rows.Add((row, last));
            last = row.Hash;
        }

        return rows;
    }

    private static ImmutableArray<EvidenceRow> Chain(IEnumerable<DeliveryEntry> entries)
    {
        var rows = ImmutableArray.CreateBuilder<EvidenceRow>();
        ReadOnlyMemory<byte> last = DeliveryRow.NoHash;
        foreach (var entry in entries)
        {
            var row = DeliveryRow.Following(Id, rows.Count, last, entry.At, [entry, entry with { Seq = 3, To = 3 }]);
            rows.Add(new EvidenceRow(row.No, row.At, row.FirstSeq, row.LastSeq, row.Body.ToArray(), Hex(last), Hex(row.Hash)));
            last = row.Hash;
        }

        return rows.ToImmutable();
    }

    private static string Hex(ReadOnlyMemory<byte> hash) => Convert.ToHexStringLower(hash.Span);

    private async Task Save(EvidenceBundle bundle, Key? key = null, string keyId = "mk_1") =>
        await File.WriteAllBytesAsync(
            BundleFile,
            new SignedEvidence(
                bundle,
                new EvidenceSignature(EvidenceSignature.Ed25519, keyId, SignatureAlgorithm.Ed25519.Sign(key ?? _key, bundle.Encode()))
            ).Encode(),
            Token
        );

    private Task<(int Code, string Text)> Verify(params string[] more) => Run(["evidence", "verify", BundleFile, .. more]);

    private static async Task<(int Code, string Text)> Run(params string[] args)
    {
        await using var output = new MemoryStream();
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var code = await new LedgerCommand(StoreLogs.Open, output, errors).Run(args, Token);
        return (code, Encoding.UTF8.GetString(output.ToArray()) + errors);
    }
}
