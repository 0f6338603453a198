using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Grains.Catalogue;

/// <summary>The sellers of one shard, in ordinal order.</summary>
[GenerateSerializer, Alias("mp.plugin-sellers-state")]
public sealed class PluginSellers
{
    [Id(0)]
    public List<string> Sellers { get; set; } = [];
}

[GrainType("plugin-sellers")]
internal sealed class PluginSellersGrain([PersistentState("plugin-sellers")] IPersistentState<PluginSellers> state)
    : Grain,
        IPluginSellersGrain
{
    private const int PageSize = 200;

    private List<string> Sellers => state.State.Sellers;

    public async Task Add(SellerId seller)
    {
        var place = Sellers.BinarySearch(seller.Value, StringComparer.Ordinal);
        if (place >= 0)
        {
            return;
        }

        Sellers.Insert(~place, seller.Value);
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            // Memory and store differ now: the next call must reload.
            DeactivateOnIdle();
            throw new StoreUnavailableException($"{seller} could not be added to the plugin's sellers; repeat the command.", e);
        }
    }

    public Task<ImmutableArray<SellerId>> ReadPage(SellerId? after)
    {
        var place = after is { } last ? Sellers.BinarySearch(last.Value, StringComparer.Ordinal) : -1;
        var first = place >= 0 ? place + 1 : ~place;
        return Task.FromResult(Sellers.Skip(first).Take(PageSize).Select(seller => SellerId.Parse(seller, null)).ToImmutableArray());
    }
}
