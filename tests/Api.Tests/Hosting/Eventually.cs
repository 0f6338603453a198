namespace Marketplace.Api.Tests.Hosting;

/// <summary>Waits for what the streams bring some moments after the answer.</summary>
internal static class Eventually
{
    /// <summary>Reads until the condition holds; fails with the last answer.</summary>
    public static async Task<T> Read<T>(Func<Task<T>> read, Func<T, bool> condition, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            Assert.False(late.IsCancellationRequested, $"{what}: {value}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
