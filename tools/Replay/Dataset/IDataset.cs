namespace Marketplace.Replay.Dataset;

/// <summary>
/// Orders to replay. The same dataset gives the same orders at every reading, in the same order: the sender reads it once and
/// the comparison reads it again.
/// </summary>
internal interface IDataset
{
    /// <summary>Identity of the content: the CloudEvents source. Equal content has an equal source.</summary>
    string Source { get; }

    string Description { get; }

    /// <summary>Busiest first; ties by id.</summary>
    IReadOnlyList<SellerSize> Sellers { get; }

    /// <summary>Rows that cannot be an order of a seller, by reason (an order without items has no seller).</summary>
    IReadOnlyDictionary<string, int> Skipped { get; }

    IEnumerable<Order> OrdersOf(string seller);

    IEnumerable<Product> ProductsOf(string seller);
}

internal sealed record SellerSize(string Seller, int Orders);
