namespace Marketplace.Api.Tests.Hosting;

/// <summary>The system's clock, as far off as a test wants it.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
        set => Interlocked.Exchange(ref _ticks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
