using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas;

namespace Marketplace.Api.Calls;

/// <summary>Adds an installation's limits and schema version to answers.</summary>
public sealed class CounterHeaders(IQuotaGate gate, SchemaVersions schemas)
{
    /// <summary>For an answer without a decision of the counter: asks the counter, if available.</summary>
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
            // The counter is not in memory and cannot be loaded now: omit the headers.
        }
    }

    public void Write(HttpContext context, QuotaView view)
    {
        context.Response.Headers.WriteLimits(view);
        context.Response.Headers.WriteVersion(schemas, schemas.ServedTo(view.Schema, view.At));
    }
}
