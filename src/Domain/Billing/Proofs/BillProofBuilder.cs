using System.Security.Cryptography;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Billing.Proofs;

/// <summary>Makes the head of a proof from the lines that were sent, so that it names those and no others.</summary>
public sealed class BillProofBuilder(SellerId seller, DateOnly month, PluginId? plugin) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ProofDays _days = new();

    /// <summary>Adds sent lines.</summary>
    /// <param name="lines">Complete lines with their line breaks.</param>
    /// <param name="days">The days that they are of, as of the last of them.</param>
    public void Add(ReadOnlySpan<byte> lines, IEnumerable<ProofDay> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        _hash.AppendData(lines);
        foreach (var day in days)
        {
            _days.Add(day);
        }
    }

    /// <summary>The head of the lines so far.</summary>
    public BillProof ToHead(DateTimeOffset madeAt) =>
        new(seller, month, plugin, madeAt, Convert.ToHexStringLower(_hash.GetCurrentHash()), [.. _days.All]);

    public void Dispose() => _hash.Dispose();
}
