using System.Collections.Immutable;
using Marketplace.Billing.Proofs;
using Marketplace.Installations;

namespace Marketplace.Journal;

/// <summary>
/// Reads the logs page by page for export; volatile: every page is read from the store. Key: <see cref="GrainKey"/>. Pages need
/// not come from the same activation.
/// </summary>
[GrainInterfaceType("export"), Alias("mp.grain.export")]
public interface IExportGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string GrainKey = "export/all";

    /// <summary>The next lines of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="after">The position of the last line read (<see cref="ExportPosition"/>); empty to begin.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="FormatException">The position does not belong to this log.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("read-page")]
    Task<ExportPage> ReadPage(ExportLog log, string after, CancellationToken cancellationToken);

    /// <summary>The next ledger lines of one installation and month, with the days that they are of.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="month">The month's first day.</param>
    /// <param name="after">The position of the last line read; empty to begin.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="FormatException">The position does not belong to the ledger, or a row cannot be read.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("read-month")]
    Task<ProofPage> ReadMonth(InstallationId installation, DateOnly month, string after, CancellationToken cancellationToken);
}

/// <summary>A page of one installation's ledger lines.</summary>
/// <param name="Lines">Complete NDJSON lines, UTF-8; empty if there are none after the position.</param>
/// <param name="Next">The position of the last line; null if the month ends here.</param>
/// <param name="Days">The days in the page, each as of its last row in it.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.proof-page")]
public sealed record ProofPage(
    [property: Id(0)] ReadOnlyMemory<byte> Lines,
    [property: Id(1)] string? Next,
    [property: Id(2)] ImmutableArray<ProofDay> Days
);

/// <summary>A log that can be exported.</summary>
public enum ExportLog
{
    Ledger,
    Feed,
    Journal,
    Delivery,
}

/// <summary>A page of an export.</summary>
/// <param name="Lines">Complete NDJSON lines, UTF-8; empty if there are none after the position.</param>
/// <param name="Next">The position of the last line; null if the log ends here.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.export-page")]
public sealed record ExportPage([property: Id(0)] ReadOnlyMemory<byte> Lines, [property: Id(1)] string? Next);
