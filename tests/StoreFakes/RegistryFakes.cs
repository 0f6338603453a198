using Marketplace.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.StoreFakes;

/// <summary>Registers the fakes of what lies beside the logs.</summary>
public static class RegistryFakes
{
    public static IServiceCollection AddInMemoryRegistries(this IServiceCollection services) =>
        services
            .AddSingleton<IPluginSellers, InMemoryPluginSellers>()
            .AddSingleton<IDeadlines, InMemoryDeadlines>()
            .AddSingleton<ICatalogueIndex, InMemoryCatalogueIndex>();
}
