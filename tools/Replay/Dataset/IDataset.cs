namespace Marketplace.Replay.Dataset;

/// <summary>
/// Orders to replay. Reading the dataset again gives the same orders in the same order: the sender reads it once, the comparison a second
/// time.
/// </summary>
internal interface IDataset
{
    /// <summary>Identity of the content, used as CloudEvents source. Equal content has an equal source.</summary>
    string Source { get; }

    string Description { get; }

    /// <summary>Busiest first; ties by id.</summary>
    IReadOnlyList<SellerSize> Sellers { get; }

    /// <summary>Rows that cannot be a seller's order, by reason (an order without items has no seller).</summary>
    IReadOnlyDictionary<string, int> Skipped { get; }

    IEnumerable<Order> OrdersOf(string seller);

    IEnumerable<Product> ProductsOf(string seller);
}

internal sealed record SellerSize(string Seller, int Orders);
