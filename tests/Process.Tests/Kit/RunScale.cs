using System.Globalization;

namespace Marketplace.Process.Tests.Kit;

/// <summary>
/// How large the tests under load are: small enough for every commit, or as large as the environment says. <c>CALL_KILLS</c> is how often
/// the kill tests kill their server. For deliveries, <c>DELIVERY_ORDERS</c> is a number of orders to make up or a folder of order files,
/// <c>DELIVERY_INSTALLATIONS</c> how many share them, <c>DELIVERY_KILLS</c> how often a process is killed, <c>DELIVERY_BACKLOG</c> the
/// events that wait for a dead endpoint.
/// </summary>
internal static class RunScale
{
    public static int CallKills => Number("CALL_KILLS", 3);

    public static string Orders => Text("DELIVERY_ORDERS", "1500");

    public static int Installations => Number("DELIVERY_INSTALLATIONS", 40);

    public static int DeliveryKills => Number("DELIVERY_KILLS", 6);

    public static int Backlog => Number("DELIVERY_BACKLOG", 20_000);

    /// <summary>How long a run may take at all: a large one takes as long as it takes.</summary>
    public static TimeSpan Limit =>
        Environment.GetEnvironmentVariable("DELIVERY_ORDERS") is null ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(3);

    private static string Text(string name, string small) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set : small;

    private static int Number(string name, int small) =>
        int.Parse(Text(name, small.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
