using Marketplace.Identity;
using Marketplace.Identity.Clients;

namespace Marketplace.Silo.Start;

/// <summary>
/// Tells at each start how to create the first operator's client while a store has none: without it the API cannot be used.
/// </summary>
internal sealed partial class FirstClientAdvice(IClientAdministration clients, ILogger<FirstClientAdvice> logger) : IHostedLifecycleService
{
    private const int Looked = 100;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if ((await clients.List(ClientRoles.Operator, null, Looked, cancellationToken)).All(client => client.RevokedAt is not null))
        {
            LogNoOperator();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "No client of the role operator exists. Create the first one with the settings of this server: "
            + "admin create-client --role operator --id <id>"
    )]
    private partial void LogNoOperator();
}
