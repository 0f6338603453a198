using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas;

namespace Marketplace.Api.Calls;

/// <summary>Puts an installation's limits and the schema version it is served onto answers.</summary>
public sealed class CounterHeaders(IQuotaGate gate, SchemaVersions schemas)
{
    /// <summary>Of an answer that no decision of the counter stands behind: asks the counter, if it can be asked.</summary>
    public async ValueTask Show(HttpContext context, InstallationId installation, TokenStamp token)
    {
        try
        {
            if (await gate.Show(installation, token, CancellationToken.None) is { } view && !context.Response.HasStarted)
            {
                Write(context, view);
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            // The counter is not in memory and cannot be loaded now: there is nothing to show.
        }
    }

    public void Write(HttpContext context, QuotaView view)
    {
        context.Response.Headers.WriteLimits(view);
        context.Response.Headers.WriteVersion(schemas, schemas.ServedTo(view.Schema, view.At));
    }
}
