namespace Marketplace.Replay.Dataset;

/// <summary>
/// A small pseudo-random sequence (SplitMix64) that is identical on every runtime version, which System.Random does not guarantee.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public static SplitMix For(ulong seed, int seller, int order) =>
        new(new SplitMix(unchecked((seed * 0x9E3779B97F4A7C15) ^ ((ulong)seller << 32) ^ (uint)order)).Bits());

    /// <summary>A number from 0 up to, but not including, <paramref name="below"/>.</summary>
    public int Next(int below) => (int)(Bits() % (ulong)below);

    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    private ulong Bits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
