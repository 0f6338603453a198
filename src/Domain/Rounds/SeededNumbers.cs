namespace Marketplace.Rounds;

/// <summary>
/// Numbers that follow from a seed, the same on every machine and in every release (SplitMix64): a round must be repeatable years later.
/// </summary>
internal sealed class SeededNumbers(long seed)
{
    // Without vowels, so that no word of a language comes about.
    private const string Letters = "bcdfghjkmnpqrstvwxz";

    private ulong _state = unchecked((ulong)seed);

    /// <summary>0 (inclusive) to a bound (exclusive).</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Fraction() < probability;

    public string Word(int length) => string.Create(length, this, static (text, numbers) =>
        {
            foreach (ref var letter in text)
            {
                letter = Letters[numbers.Below(Letters.Length)];
            }
        });

    private ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
