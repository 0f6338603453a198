using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;

namespace Marketplace.Grains.Catalogue;

/// <summary>The sellers of one shard as earlier builds stored them: all in one state, rewritten for each.</summary>
[GenerateSerializer, Alias("mp.plugin-sellers-state")]
public sealed class PluginSellers
{
    [Id(0)]
    public List<string> Sellers { get; set; } = [];
}

[GrainType("plugin-sellers")]
internal sealed class PluginSellersGrain(
    IPluginSellers sellers,
    [PersistentState("plugin-sellers")] IPersistentState<PluginSellers> earlier
) : Grain, IPluginSellersGrain
{
    private const int PageSize = 200;
    private const int Remembered = 1_000;
    private const int MovedAtOnce = 500;

    // Enabling adds a seller with each of its commands: only the first of them needs a write.
    private readonly HashSet<SellerId> _recent = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!earlier.RecordExists)
        {
            return;
        }

        var shard = this.GetPrimaryKeyString();
        foreach (var some in earlier.State.Sellers.Chunk(MovedAtOnce))
        {
            await sellers.Add(shard, [.. some.Select(seller => SellerId.Parse(seller, null))], cancellationToken);
        }

        // Only now: an activation that ends before repeats the move, which changes nothing.
        await earlier.ClearStateAsync(cancellationToken);
    }

    public async Task Add(SellerId seller)
    {
        if (_recent.Contains(seller))
        {
            return;
        }

        await sellers.Add(this.GetPrimaryKeyString(), [seller], CancellationToken.None);
        if (_recent.Count == Remembered)
        {
            _recent.Clear();
        }

        _recent.Add(seller);
    }

    public async Task<ImmutableArray<SellerId>> ReadPage(SellerId? after) =>
        [.. await sellers.Read(this.GetPrimaryKeyString(), after, PageSize, CancellationToken.None)];
}
