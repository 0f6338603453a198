using System.Globalization;

namespace Marketplace.TestKit.Enterprises;

/// <summary>Makes unified social credit codes that stand the check of GB 32100 and belong to nobody known.</summary>
public static class Licences
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static int Last;

    /// <summary>A code that was not made before in this process.</summary>
    public static string New() => Of(Interlocked.Increment(ref Last));

    /// <summary>The code with this serial number, 0 to 99,999,999.</summary>
    public static string Of(int serial)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"91350211M{serial:D8}");
        var sum = body.Select((c, place) => Alphabet.IndexOf(c, StringComparison.Ordinal) * (int)Math.Pow(3, place) % 31).Sum();
        return body + Alphabet[(31 - (sum % 31)) % 31];
    }
}
