using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Labels;

/// <summary>Identifies one parcel label: <c>lbl_</c> and 32 hexadecimal digits.</summary>
[GenerateSerializer, Immutable, Alias("mp.label-id")]
public readonly record struct LabelId : IParsable<LabelId>
{
    private const string Prefix = "lbl_";
    private const int Bytes = 16;

    private LabelId(string value) => Value = value;

    [Id(0)]
    public string Value { get; }

    /// <summary>The id of a call's label: the same for every attempt with one idempotency key.</summary>
    /// <param name="eventId">The id of the feed event written by the call.</param>
    public static LabelId Of(string eventId) =>
        new(Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"label/v1\n{eventId}")).AsSpan(0, Bytes)));

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static LabelId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("This is not a label id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LabelId result)
    {
        var valid =
            s?.Length == Prefix.Length + (2 * Bytes)
            && s.StartsWith(Prefix, StringComparison.Ordinal)
            && s.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);
        result = valid ? new LabelId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
