using Npgsql;
using Orleans.Configuration;

namespace Marketplace.Benchmarks.Peers;

/// <summary>Counts the calls of one installation and saves its state before each answer. Key: the installation's text form.</summary>
[Alias("mp.bench.counter")]
public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Counts one call of the UTC day <paramref name="day"/> and answers after the state is saved.</summary>
    [Alias("count")]
    Task<CountedCall> Count(int day);
}

/// <summary>One counted call. Amounts are thousandths of a yuan.</summary>
[GenerateSerializer, Immutable, Alias("mp.bench.counted-call")]
public sealed record CountedCall([property: Id(0)] long Used, [property: Id(1)] int Price, [property: Id(2)] long Total);

/// <summary>The saved state of <see cref="ICounterGrain"/>.</summary>
[GenerateSerializer, Alias("mp.bench.counter-state")]
public sealed class CounterState
{
    /// <summary>Day number of the counters.</summary>
    [Id(0)]
    public int Day { get; set; }

    /// <summary>Calls of that day.</summary>
    [Id(1)]
    public long Used { get; set; }

    /// <summary>Their price in thousandths of a yuan.</summary>
    [Id(2)]
    public long Total { get; set; }
}

internal sealed class CounterGrain([PersistentState("counter", OrleansPeer.Name)] IPersistentState<CounterState> state)
    : Grain,
        ICounterGrain
{
    public async Task<CountedCall> Count(int day)
    {
        var current = state.State;
        if (current.Day != day)
        {
            current = new CounterState { Day = day };
        }

        var used = current.Used + 1;
        var price = PeerAnswer.PriceOf(used);
        state.State = new CounterState
        {
            Day = day,
            Used = used,
            Total = current.Total + price,
        };
        await state.WriteStateAsync();
        return new CountedCall(used, price, state.State.Total);
    }
}

/// <summary>Orleans with ADO.NET grain storage on PostgreSQL: a co-hosted silo, one grain call and one state write per call.</summary>
internal static class OrleansPeer
{
    public const string Name = "orleans";

    public static void AddSilo(WebApplicationBuilder builder)
    {
        var connection = builder.Configuration["connection"]!;
        CreateSchema(connection);
        builder.UseOrleans(silo =>
            silo.UseLocalhostClustering(
                    builder.Configuration.GetValue<int>("silo-port"),
                    builder.Configuration.GetValue<int>("gateway-port")
                )
                .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = Name)
                .UseSystemTextJsonGrainStorageSerializer()
                .AddAdoNetGrainStorage(Name, storage =>
                {
                    storage.Invariant = "Npgsql";
                    storage.ConnectionString = connection;
                })
        );
    }

    public static void Map(WebApplication app, Dictionary<string, string> tokens)
    {
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        app.MapGet("/call", context => Handle(context, grains, tokens));
    }

    private static async Task Handle(HttpContext context, IGrainFactory grains, Dictionary<string, string> tokens)
    {
        var installation = PeerAnswer.InstallationOf(context.Request, tokens);
        if (installation is null)
        {
            await PeerAnswer.Refuse(context.Response);
            return;
        }

        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).DayNumber;
        var counted = await grains.GetGrain<ICounterGrain>(installation).Count(day);
        await PeerAnswer.Write(context.Response, installation, Guid.NewGuid(), counted.Used, counted.Price, counted.Total);
    }

    private static void CreateSchema(string connection)
    {
        using var source = NpgsqlDataSource.Create(connection);
        using var schema = source.CreateCommand(File.ReadAllText(PostgresPeer.Resource("orleans-storage.sql")));
        schema.ExecuteNonQuery();
    }
}
