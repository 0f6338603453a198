using Marketplace.Identity.Clients;

namespace Marketplace.Api.PlatformApi;

/// <summary>
/// Records an operator's change of a client without failing the request: its answer may have a secret that is shown only once.
/// </summary>
internal sealed partial class ClientChangeLog(IClientChangeRecorder recorder, ILogger<ClientChangeLog> logger)
{
    /// <summary>Records it now, or leaves it to a later round: the change is stored with who made it.</summary>
    public async Task RecordSoon(string client)
    {
        try
        {
            await recorder.Record(client, CancellationToken.None);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            LogLater(failure, client);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The change of client {Client} is in the journal later: it does not answer now")]
    private partial void LogLater(Exception failure, string client);
}
