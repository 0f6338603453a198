using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Enterprises;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class ReferencesOnSqlite() : ReferencesContract(Database.Sqlite)
{
    private protected override async Task Change(string sql)
    {
        var file = sql.Contains("delivery", StringComparison.Ordinal) ? "sync.db" : "documents.db";
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, file)};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }

    private protected override LogReaders Read() => LogReaders.OpenSqlite(Options.DataFolder);
}

public sealed class ReferencesOnPostgreSql() : ReferencesContract(Database.PostgreSql)
{
    private protected override async Task Change(string sql)
    {
        await using var connection = new NpgsqlConnection(Options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private protected override LogReaders Read() => LogReaders.OpenPostgreSql(Options.ConnectionString!);

    [Fact]
    public async Task Starts_beside_a_process_that_replaces_documents_take_none_for_missing()
    {
        var last = await Upload("d-0");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var replacing = Replace(last, enough.Token);
        for (var start = 0; start < 10; start++)
        {
            await (await OpenSecond()).DisposeAsync();
        }

        await enough.CancelAsync();
        Assert.True(await replacing > 10);
    }

    private async Task<int> Replace(JournalFact last, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            last = await ReplaceOnce(last, $"d-{count}", $"d-{count + 1}");
        }

        return count;
    }
}

/// <summary>A store whose journal names what is not there does not start, and the offline check says so.</summary>
public abstract class ReferencesContract(Database database) : StoreTest(database)
{
    private const string Shop = "s-1";
    private const string Enterprise = "enterprise/91350100M000100Y43";
    private const string Endpoint = "delivery/s-1/erp";

    private IDocumentStore Documents => Store.Services.GetRequiredService<IDocumentStore>();

    [Fact]
    public async Task A_whole_store_starts_and_has_no_findings()
    {
        await Upload("d-1");
        await SetEndpoint(Facts.Instant.AddHours(-1));
        await Store.Feed.Append([SampleEvents.Of(Shop, 1, "e-1")], Token);
        await Store.Delivery.Mark(SampleDeliveries.Installation("s-1/erp"), Facts.Instant, Token);

        await Restart();

        await Store.DisposeAsync();
        Assert.Empty(await Findings());
    }

    [Fact]
    public async Task A_document_that_is_not_there_ends_the_start_and_is_a_finding()
    {
        await Upload("d-1");
        await Store.DisposeAsync();
        await Change("DELETE FROM document");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestStore.Open(Options));

        Assert.Equal(StartRefusedException.StoreNotTrusted, refused.ExitCode);
        Assert.Contains("d-1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["document-missing"], await Findings());
    }

    [Fact]
    public async Task A_document_that_is_replaced_while_it_is_looked_for_is_not_missing()
    {
        var last = await Upload("d-1");
        var findings = new List<Finding>();
        var looks = 0;
        var references = new References(
            Store.Journal,
            async id =>
            {
                if (looks++ == 0)
                {
                    // Between the reading of its fact and the look for it.
                    await ReplaceOnce(last, "d-1", "d-2");
                }

                return await Documents.Read(id, Token) is not null;
            },
            () => Task.FromResult(true),
            _ => Task.FromResult<DateTimeOffset?>(null)
        );

        await references.Check(findings.Add, Token);

        Assert.Empty(findings);
        Assert.NotEqual(0, looks);
    }

    [Fact]
    public async Task Deliveries_that_are_not_there_end_the_start_and_are_a_finding()
    {
        await SetEndpoint(Facts.Instant.AddHours(-1));
        await Store.Feed.Append([SampleEvents.Of(Shop, 1, "e-1")], Token);
        await Store.Delivery.Mark(SampleDeliveries.Installation("s-1/erp"), Facts.Instant, Token);
        await Store.DisposeAsync();
        await Change("DELETE FROM delivery_state");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestStore.Open(Options));

        Assert.Equal(StartRefusedException.StoreNotTrusted, refused.ExitCode);
        Assert.Contains("endpoints of 1 installations", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["deliveries-missing"], await Findings());
    }

    [Fact]
    public async Task An_endpoint_that_was_never_called_needs_no_deliveries()
    {
        // Events of another seller, and of this one before the endpoint: none was owed to it.
        await Store.Feed.Append([SampleEvents.Of("s-2", 1, "e-1")], Token);
        await Store.Feed.Append([SampleEvents.Of(Shop, 1, "e-2")], Token);
        await SetEndpoint(Facts.Instant.AddHours(1));

        await Restart();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_installation_that_runs_and_uses_its_plugins_endpoint_has_deliveries_and_one_that_is_being_enabled_needs_none(
        bool runs
    )
    {
        await Append(
            "plugin-webhook/erp",
            new DeliveryFact.EndpointSet(new DeliveryEndpoint(new Uri("https://erp.example/all"), DeliveryOrdering.PerOrder, 1, 5), null)
        );
        var consented = new InstallationEvent.Consented(
            "2026-01",
            new string('a', 64),
            1,
            ["orders.read"],
            ["orders.read"],
            [],
            Facts.Instant.AddYears(1),
            ImmutableSortedDictionary<string, DateTimeOffset>.Empty,
            null
        );
        var steps = new InstallationEvent[]
        {
            new InstallationEvent.EnablementStarted(),
            consented,
            new InstallationEvent.EntityAccepted("91440300MA5TESTS0X", 1),
        };
        await Append("installation/s-1/erp", steps.Take(runs ? 3 : 1).Select(step => (step.Type, step.Encode())));
        await Store.Feed.Append([SampleEvents.Of(Shop, 1, "e-1")], Token);
        await Store.DisposeAsync();

        Assert.Equal(runs ? ["deliveries-missing"] : [], await Findings());
    }

    /// <summary>Carries a statement out in the stopped store.</summary>
    private protected abstract Task Change(string sql);

    private protected abstract LogReaders Read();

    /// <summary>A shop's licence, as the product uploads it: first the ciphertext, then its fact.</summary>
    private protected async Task<JournalFact> Upload(string id)
    {
        await Documents.Put(id, new byte[] { 1, 2, 3 }, Token);
        var added = Following(null, new EnterpriseEvent.ShopAdded(Shop));
        var uploaded = Following(added, new EnterpriseEvent.DocumentAdded(Shop, Licence, File(id)));
        Assert.True(await Store.Journal.Append([added, uploaded], Token));
        return uploaded;
    }

    /// <summary>First the new ciphertext, then the fact, then the old one goes.</summary>
    private protected async Task<JournalFact> ReplaceOnce(JournalFact last, string old, string id)
    {
        await Documents.Put(id, new byte[] { 1, 2, 3 }, Token);
        var replaced = Following(last, new EnterpriseEvent.FileReplaced(Shop, Licence, old, File(id)));
        Assert.True(await Store.Journal.Append([replaced], Token));
        await Documents.Delete(old, Token);
        return replaced;
    }

    private static string Licence => DocumentKind.Licence.Text();

    private static DocumentFile File(string id) => new(id, new string('0', 64), "image/png", 3, 100, 100);

    private static JournalFact Following(JournalFact? last, EnterpriseEvent @event) =>
        JournalFact.Following(
            last,
            Enterprise,
            OperationId.Parse($"op-{last?.Version}"),
            ActorId.Parse("seller-center"),
            Facts.Instant,
            @event.Type,
            @event.Encode()
        );

    private async Task SetEndpoint(DateTimeOffset at)
    {
        var set = new DeliveryFact.EndpointSet(
            new DeliveryEndpoint(new Uri("https://erp.example/hook"), DeliveryOrdering.PerSeller, 10, 5),
            null
        );
        Assert.True(
            await Store.Journal.Append(
                [JournalFact.Following(null, Endpoint, OperationId.Parse("op"), ActorId.Parse("plugin"), at, set.Type, set.Encode())],
                Token
            )
        );
    }

    private Task Append(string entity, DeliveryFact @event) => Append(entity, [(@event.Type, @event.Encode())]);

    private async Task Append(string entity, IEnumerable<(string Type, ReadOnlyMemory<byte> Payload)> steps)
    {
        var facts = new List<JournalFact>();
        foreach (var (type, payload) in steps)
        {
            facts.Add(
                JournalFact.Following(
                    facts.LastOrDefault(),
                    entity,
                    OperationId.Parse($"op-{facts.Count}"),
                    ActorId.Parse("tests"),
                    Facts.Instant.AddHours(-1),
                    type,
                    payload
                )
            );
        }

        Assert.True(await Store.Journal.Append(facts, Token));
    }

    private async Task<IEnumerable<string>> Findings()
    {
        var findings = new List<Finding>();
        using var readers = Read();
        await readers.Check(findings.Add, Token);
        return findings.Select(finding => finding.Code);
    }
}
