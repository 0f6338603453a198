using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Enterprises;

/// <summary>Identifies one sub-account of a shop. 1–64 characters of <c>A–Z a–z 0–9 . _ -</c>; ordinal, case-sensitive.</summary>
[GenerateSerializer, Immutable, Alias("mp.account-id")]
public readonly record struct AccountId : IParsable<AccountId>
{
    private AccountId(string value) => Value = value;

    [Id(0)]
    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static AccountId Parse(string s, IFormatProvider? provider = null) => new(Identifier.Required(s, "sub-account"));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AccountId result)
    {
        var valid = Identifier.IsValid(s);
        result = valid ? new AccountId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
