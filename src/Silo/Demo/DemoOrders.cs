namespace Marketplace.Silo.Demo;

internal static class DemoOrders
{
    public static Task Seed(IGrainFactory grains, CancellationToken cancellationToken) => Task.CompletedTask;
}
