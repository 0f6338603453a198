using System.Buffers;
using Marketplace.Billing.Proofs;
using Marketplace.Catalogue;
using Marketplace.Evidence;
using Marketplace.Identity.Signing;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>
/// Sends a seller's own ledger rows of a month as the operator's export has them, and behind them a signed line that names them, so that
/// the seller checks its bill without trusting the marketplace (R55, docs/ledger.md).
/// </summary>
internal sealed partial class BillProofService(
    IGrainFactory grains,
    IMarketplaceSigner signer,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<BillProofService> logger
)
{
    private const string ContentType = "application/x-ndjson";

    private IExportGrain Export => grains.GetGrain<IExportGrain>(IExportGrain.GrainKey);

    /// <summary>Writes the answer.</summary>
    /// <param name="context">The request; the caller has been checked.</param>
    /// <param name="seller">The billed seller.</param>
    /// <param name="month">The month's first day.</param>
    /// <param name="plugin">The only plugin; null for all.</param>
    public async Task Write(HttpContext context, SellerId seller, DateOnly month, PluginId? plugin)
    {
        var plugins = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(context.RequestAborted);
        var installations = plugins
            .Where(billed => plugin is null || billed == plugin)
            .Select(billed => new InstallationId(seller, billed))
            .OrderBy(static installation => installation.ToString(), StringComparer.Ordinal)
            .ToArray();

        // Read the first page before the response starts, so that an outage still gives a problem document.
        var first = installations.Length > 0 ? await Export.ReadMonth(installations[0], month, string.Empty, context.RequestAborted) : null;
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            using var builder = new BillProofBuilder(seller, month, plugin);
            await Send(context, builder, installations, month, first);
            await Sign(context, builder);
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            // Without this the answer would end like a complete file.
            LogCut(e, seller);
            context.Abort();
        }
    }

    private async Task Send(HttpContext context, BillProofBuilder builder, InstallationId[] installations, DateOnly month, ProofPage? first)
    {
        foreach (var installation in installations)
        {
            var page = first ?? await Export.ReadMonth(installation, month, string.Empty, context.RequestAborted);
            first = null;
            while (true)
            {
                builder.Add(page.Lines.Span, page.Days);
                await context.Response.Body.WriteAsync(page.Lines, context.RequestAborted);
                if (page.Next is not { } next)
                {
                    break;
                }

                page = await Export.ReadMonth(installation, month, next, context.RequestAborted);
            }
        }
    }

    private async Task Sign(HttpContext context, BillProofBuilder builder)
    {
        var head = builder.ToHead(time.GetUtcNow()).Encode();
        var signature = await signer.Sign(head, context.RequestAborted);
        var line = new SignedProof(head, new EvidenceSignature(EvidenceSignature.Ed25519, signature.KeyId, signature.Value.ToArray()));
        context.Response.BodyWriter.Write(line.Encode());
        context.Response.BodyWriter.Write("\n"u8);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The proof of a bill of {Seller} was cut off.")]
    private partial void LogCut(Exception exception, SellerId seller);
}
