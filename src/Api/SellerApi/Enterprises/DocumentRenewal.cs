using System.ComponentModel.DataAnnotations;
using Marketplace.Enterprises;
using Marketplace.Timing;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>Settings of stored documents; section <c>Marketplace:Documents</c>.</summary>
public sealed class DocumentOptions
{
    public const string Section = "Marketplace:Documents";

    /// <summary>How often all documents are checked for earlier keys. Default: 24 h; 1 s to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RenewalInterval { get; set; } = TimeSpan.FromHours(24);
}

[OptionsValidator]
internal sealed partial class DocumentOptionsValidator : IValidateOptions<DocumentOptions>;

/// <summary>
/// Re-encrypts documents under the current key, so that an earlier one can be withdrawn, and deletes unreferenced ones: uploads whose fact
/// was never appended. Runs in every process; concurrent runs only duplicate work.
/// </summary>
internal sealed partial class DocumentRenewal(
    EncryptedDocuments safe,
    IGrainFactory grains,
    IOptions<DocumentOptions> options,
    TimeProvider time,
    ILogger<DocumentRenewal> logger
) : IPolledWork
{
    private const int PageSize = 200;

    private HashSet<string> _unnamed = [];

    public TimeSpan Period => options.Value.RenewalInterval;

    public bool RunsAtStart => false;

    public TimeProvider Clock => time;

    /// <summary>Checks all documents once.</summary>
    /// <returns>The number of re-encrypted documents.</returns>
    public async Task<int> Sweep(CancellationToken cancellationToken)
    {
        var vault = grains.GetGrain<IDocumentVaultGrain>(IDocumentVaultGrain.GrainKey);
        var (renewed, unnamed, after) = (0, new HashSet<string>(StringComparer.Ordinal), string.Empty);
        while (await vault.List(after, PageSize, cancellationToken) is { IsEmpty: false } page)
        {
            foreach (var id in page)
            {
                renewed += await Renew(id, unnamed, cancellationToken) ? 1 : 0;
            }

            after = page[^1];
        }

        // An upload may be between ciphertext and fact, so delete only what has been unreferenced for a whole round.
        foreach (var id in unnamed.Intersect(_unnamed))
        {
            await vault.Delete(id, cancellationToken);
        }

        _unnamed = unnamed;
        return renewed;
    }

    public async Task Run(CancellationToken cancellationToken) => LogRenewed(await Sweep(cancellationToken));

    private async Task<bool> Renew(string id, HashSet<string> unnamed, CancellationToken cancellationToken)
    {
        var named = DocumentPlace.Of(id) is { } place ? await FileAt(place, cancellationToken) : null;
        if (named?.Id == id)
        {
            return await safe.Renew(DocumentPlace.Of(id)!.Value, named, cancellationToken);
        }

        unnamed.Add(id);
        return false;
    }

    private async Task<DocumentFile?> FileAt(DocumentPlace place, CancellationToken cancellationToken)
    {
        var answer = await grains.GetGrain<IEnterpriseGrain>(GrainKeys.Of(place.Licence)).Get(cancellationToken);
        return answer?.State.Shops.GetValueOrDefault(place.Seller)?.Documents.GetValueOrDefault(place.Kind)?.File;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Documents re-encrypted under the current key: {Renewed}.")]
    private partial void LogRenewed(int renewed);
}
