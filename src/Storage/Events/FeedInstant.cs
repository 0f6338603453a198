namespace Marketplace.Storage.Events;

/// <summary>Instants of the feed are kept exactly, in 100 ns since 1970, UTC: the source's own precision must come back.</summary>
internal static class FeedInstant
{
    public static long ToTicks(DateTimeOffset instant) => instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    public static DateTimeOffset FromTicks(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(ticks);
}
