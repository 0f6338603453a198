using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using Marketplace.Grains;
using Marketplace.Grains.Streaming;
using Marketplace.Installations;
using Marketplace.Storage;
using Marketplace.TestKit.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Outages;

/// <summary>
/// What every call of every grain answers while a real PostgreSQL is gone. A driver's exception has no codec: it comes out of a grain call
/// as something that no caller knows, and an outage is answered as a server error.
/// </summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_drivers_exception_comes_out_of_a_grain_and_every_failure_of_an_outage_says_unavailable()
    {
        await using var server = await PostgresServer.Create();
        await using var cluster = await Start(await server.CreateDatabase());
        var (warm, cold) = (InstallationId.Parse("shop-warm/label-printer", null), InstallationId.Parse("shop-cold/label-printer", null));
        var before = await CallAll(cluster.Client, warm);

        await server.Stop(immediate: true);
        var known = await CallAll(cluster.Client, warm);
        var unknown = await CallAll(cluster.Client, cold);
        await server.Start();

        var wrong = new StringBuilder();
        foreach (var (call, failure) in known.Concat(unknown))
        {
            // What made-up arguments cause, they cause without an outage, too.
            if (failure is not null && (Foreign(failure) || !(IsUnavailable(failure) || before[call]?.GetType() == failure.GetType())))
            {
                wrong.Append(System.Globalization.CultureInfo.InvariantCulture, $"{call}: {Causes(failure)}\n");
            }
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
        var refused = unknown
            .Where(answer => answer.Value is StoreUnavailableException)
            .Select(answer => answer.Key.Split('.')[0])
            .Distinct()
            .ToArray();
        Assert.True(refused.Length > GrainContracts.Interfaces.Count / 2, $"Only {string.Join(", ", refused)} noticed the outage.");
    }

    private static string Causes(Exception? failure) =>
        failure is null ? "" : $"{failure.GetType().FullName}: {failure.Message.Split('\n')[0]} <- {Causes(failure.InnerException)}";

    private static bool IsUnavailable(Exception failure) =>
        failure is StoreUnavailableException or TimeoutException or SiloUnavailableException or OrleansMessageRejectionException;

    /// <summary>True if it or one of its causes is a driver's, or stands for something that could not be carried.</summary>
    private static bool Foreign(Exception failure)
    {
        if (failure is DbException or IOException or SocketException or UnavailableExceptionFallbackException or CodecNotFoundException)
        {
            return true;
        }

        for (var e = failure; e is not null; e = e.InnerException)
        {
            var assembly = e.GetType().Assembly.GetName().Name!;
            if (
                e is DbException or UnavailableExceptionFallbackException
                || !(
                    assembly.StartsWith("Marketplace", StringComparison.Ordinal)
                    || assembly.StartsWith("Orleans", StringComparison.Ordinal)
                    || assembly.StartsWith("System", StringComparison.Ordinal)
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Calls everything at once, as installations of many sellers do.</summary>
    /// <returns>What went wrong, by call; null where it was answered.</returns>
    private static async Task<Dictionary<string, Exception?>> CallAll(IGrainFactory grains, InstallationId id)
    {
        var made = new MadeUp(id.Seller.Value);
        var calls = GrainContracts.Interfaces.SelectMany(
            contract => GrainContracts.Methods(contract),
            (contract, method) => (contract, method)
        );
        var answers = await Task.WhenAll(
            calls.Select(async call =>
            {
                var parameters = string.Join(", ", call.method.GetParameters().Select(parameter => parameter.ParameterType.Name));
                var name = $"{call.contract.Name}.{call.method.Name}({parameters})";
                return (name, Failure: await Failure(GrainContracts.Grain(grains, call.contract, id), call.method, made));
            })
        );
        return answers.ToDictionary(answer => answer.name, answer => answer.Failure, StringComparer.Ordinal);
    }

    private static async Task<Exception?> Failure(IAddressable grain, MethodInfo method, MadeUp made)
    {
        try
        {
            await Ended(method.Invoke(grain, made.Arguments(method))).WaitAsync(Patience, Token);
            return null;
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static Task Ended(object? answer) =>
        answer switch
        {
            Task task => task,
            ValueTask task => task.AsTask(),
            _ when answer?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>) => (Task)
                type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(answer, null)!,
            _ when answer
                    ?.GetType()
                    .GetInterfaces()
                    .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
                    is { } many => (Task)
                typeof(OutageTests)
                    .GetMethod(nameof(ReadAll), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(many.GetGenericArguments())
                    .Invoke(null, [answer])!,
            _ => throw new InvalidOperationException($"A grain answers with {answer?.GetType()}."),
        };

    private static async Task ReadAll<T>(IAsyncEnumerable<T> answer)
    {
        await foreach (var _ in answer) { }
    }

    private static async Task<InProcessTestCluster> Start(string connection)
    {
        var options = new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = connection };
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddMetrics();
                silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
                silo.Services.AddMarketplaceStorage(options);
                silo.AddMarketplaceGrainStorage(options);
                silo.Services.AddMarketplaceGrains();
                silo.AddMarketplaceStreams();
                silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = Limit);
            }
        );
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = Limit));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
