using System.Collections.Immutable;
using System.Text;
using Marketplace.Grains.EventSourcing;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Cluster.Tests.EventSourcing;

/// <summary>The loop of every command: decide, append, evolve, answer; and what ends an activation.</summary>
public sealed class EventSourcedEntityTests
{
    private const string Key = "word/w-1";
    private readonly InMemoryJournal _journal = new();
    private readonly List<Exception> _ends = [];
    private Func<string, JournalFact, string> _evolve = static (word, fact) => word + Letters(fact);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeat_is_answered_with_the_state_as_its_operation_left_it()
    {
        var entity = await Activate();
        Assert.Equal("a", (await Write(entity, "op-1", "a")).Value.State);
        Assert.Equal("ab", (await Write(entity, "op-2", "b")).Value.State);

        var again = (await Write(entity, "op-1", "a")).Value;

        Assert.Equal(("a", true, 0), (again.State, again.IsRepeat, again.Events.Length));
        Assert.Equal("ab", entity.State);
        Assert.Equal(2, _journal.FactsOf(Key).Count);
        Assert.Equal("a", (await Write(await Activate(), "op-1", "a")).Value.State);
    }

    [Fact]
    public async Task Another_command_under_a_used_operation_id_is_refused()
    {
        var entity = await Activate();
        await Write(entity, "op-1", "a");

        Assert.Equal(QuotaRefusals.KeyReused, (await Write(entity, "op-1", "b")).Refusal?.Code);
        Assert.Equal("a", entity.State);
    }

    [Fact]
    public async Task An_operation_from_before_fingerprints_were_kept_is_a_repeat_for_its_actor_only()
    {
        Assert.True(
            await _journal.Append(
                [
                    JournalFact.Following(
                        null,
                        Key,
                        OperationId.Parse("op-1"),
                        ActorId.Parse("u-1"),
                        DateTimeOffset.UnixEpoch,
                        "written",
                        "a"u8.ToArray()
                    ),
                ],
                Token
            )
        );
        var entity = await Activate();

        Assert.True((await Write(entity, "op-1", "a")).Value is { IsRepeat: true, State: "a" });
        Assert.Equal(
            QuotaRefusals.KeyReused,
            (await entity.Execute(By("op-1") with { Actor = ActorId.Parse("u-2") }, Command("a"), Token)).Refusal?.Code
        );
    }

    [Fact]
    public async Task An_operation_that_is_not_in_memory_any_more_is_still_a_repeat()
    {
        var entity = await Activate();
        await Write(entity, "op-first", "a");
        for (var number = 0; number <= RecentOperations.Capacity; number++)
        {
            await Write(entity, $"op-{number}", "b");
        }

        foreach (var one in new[] { entity, await Activate() })
        {
            Assert.True((await Write(one, "op-first", "a")).Value is { IsRepeat: true, State: "a" });
            Assert.Equal(QuotaRefusals.KeyReused, (await Write(one, "op-first", "b")).Refusal?.Code);
            Assert.False(await one.HasCarriedOut(OperationId.Parse("op-none"), Token));
        }

        Assert.Empty(_ends);
    }

    [Fact]
    public async Task A_callers_command_that_changed_nothing_leaves_its_trace_and_one_of_the_marketplace_does_not()
    {
        var entity = await Activate();

        Assert.Equal("nothing", Assert.Single((await Write(entity, "op-1", "")).Value.Events).Type);
        Assert.Empty((await Write(entity, "clock→1", "")).Value.Events);
        Assert.True((await Write(entity, "op-1", "")).Value.IsRepeat);
        Assert.Single(_journal.FactsOf(Key));
    }

    [Fact]
    public async Task What_comes_before_the_facts_is_done_once_and_not_for_what_is_refused()
    {
        var entity = await Activate();
        var prepared = new List<(int Events, int Facts)>();
        var command = Command("a") with
        {
            BeforeAppend = events =>
            {
                prepared.Add((events.Length, _journal.FactsOf(Key).Count));
                return Task.CompletedTask;
            },
        };

        await entity.Execute(By("op-1"), command, Token);
        await entity.Execute(By("op-1"), command, Token);
        await entity.Execute(By("op-2"), command with { Decide = _ => QuotaRefusals.ReusedKey() }, Token);
        await entity.Execute(By("clock→1"), command with { Decide = _ => ImmutableArray<EncodedEvent>.Empty }, Token);

        Assert.Equal([(1, 0), (0, 1)], prepared);
    }

    [Fact]
    public async Task A_store_that_is_away_ends_the_activation()
    {
        var entity = await Activate();
        _journal.IsDown = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Write(entity, "op-1", "a"));

        Assert.IsType<StoreUnavailableException>(Assert.Single(_ends));
        Assert.Equal(("", 0L), (entity.State, entity.Version));
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_ends_and_the_next_one_goes_on()
    {
        var (first, second) = (await Activate(), await Activate());
        await Write(first, "op-1", "a");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Write(second, "op-2", "b"));

        Assert.Single(_ends);
        Assert.Equal("ab", (await Write(await Activate(), "op-2", "b")).Value.State);
    }

    [Fact]
    public async Task A_fact_that_cannot_be_evolved_ends_the_activation_although_it_is_durable()
    {
        var entity = await Activate();
        _evolve = static (_, _) => throw new FormatException("unknown");

        await Assert.ThrowsAsync<FormatException>(() => Write(entity, "op-1", "a"));

        Assert.Single(_ends);
        Assert.Single(_journal.FactsOf(Key));
    }

    [Fact]
    public async Task What_follows_the_facts_ends_the_activation_where_it_fails()
    {
        var entity = await Activate();
        await Write(entity, "op-1", "a");

        await Assert.ThrowsAsync<TimeoutException>(() => entity.EndOnFailure(() => Task.FromException(new TimeoutException())));

        Assert.IsType<TimeoutException>(Assert.Single(_ends));
    }

    private static Initiator By(string operation) => new(ActorId.Parse("u-1"), OperationId.Parse(operation));

    private static string Letters(JournalFact fact) => Encoding.UTF8.GetString(fact.Payload.Span);

    private static EntityCommand<string, EncodedEvent> Command(string letters) =>
        new()
        {
            Decide = _ =>
                letters.Length == 0
                    ? ImmutableArray<EncodedEvent>.Empty
                    : ImmutableArray.Create(new EncodedEvent("written", Encoding.UTF8.GetBytes(letters))),
            Fingerprint = $"write {letters}",
            Nothing = new EncodedEvent("nothing", ReadOnlyMemory<byte>.Empty),
        };

    private static Task<Outcome<Execution<string, EncodedEvent>>> Write(
        EventSourcedEntity<string> entity,
        string operation,
        string letters
    ) => entity.Execute(By(operation), Command(letters), Token);

    private async Task<EventSourcedEntity<string>> Activate()
    {
        var entity = new EventSourcedEntity<string>(_journal, Key, TimeProvider.System, _ends.Add, "", (word, fact) => _evolve(word, fact));
        await entity.Load(Token);
        return entity;
    }
}
