using System.Globalization;
using System.Text;

namespace Marketplace.Benchmarks.Copies;

/// <summary>What tells the rows of one seller of the benchmark from those of another: its number, and its enterprise's licence.</summary>
/// <param name="Number">Seven digits that all its ids contain.</param>
/// <param name="Licence">The enterprise's licence.</param>
internal sealed record SellerNames(string Number, string Licence)
{
    /// <summary>A seller that exists as a copy only, with a licence that no registered one has.</summary>
    public static SellerNames OfCopy(int index)
    {
        var number = index.ToString("0000000", CultureInfo.InvariantCulture);
        var licence = $"91440399HX{number}";
        return new SellerNames(number, licence + Enterprises.Licence.CheckCharacter(licence));
    }

    /// <summary>The value of a row of this seller as it stands in the row of another.</summary>
    public object? Rename(object? value, SellerNames other) =>
        value switch
        {
            string text => Rename(text, other),
            // One byte, one character: what is not text comes back as it was.
            byte[] bytes => Encoding.Latin1.GetBytes(Rename(Encoding.Latin1.GetString(bytes), other)),
            _ => value,
        };

    private string Rename(string text, SellerNames other) =>
        text.Replace(Licence, other.Licence, StringComparison.Ordinal).Replace(Number, other.Number, StringComparison.Ordinal);
}
