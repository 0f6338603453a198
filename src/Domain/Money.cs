namespace Marketplace;

/// <summary>
/// An exact amount in one currency. Metered amounts are multiples of a thousandth (0.015 CNY is 1.5 fen), so nothing is rounded
/// before a statement closes (R50, R55).
/// </summary>
/// <param name="Amount">In units of the currency; exact.</param>
/// <param name="Currency">ISO 4217 code.</param>
[GenerateSerializer, Immutable, Alias("mp.money")]
public readonly record struct Money([property: Id(0)] decimal Amount, [property: Id(1)] string Currency)
{
    /// <summary>The currency in which plugins are billed.</summary>
    public const string BillingCurrency = "CNY";

    public static Money Cny(decimal amount) => new(amount, BillingCurrency);

    public static Money operator +(Money left, Money right) => new(left.Amount + right.Amount, Same(left, right));

    public static Money operator -(Money left, Money right) => new(left.Amount - right.Amount, Same(left, right));

    /// <summary>The amount on a statement: rounded once, half away from zero, to hundredths.</summary>
    public Money RoundedForStatement() => this with { Amount = decimal.Round(Amount, 2, MidpointRounding.AwayFromZero) };

    public override string ToString() => FormattableString.Invariant($"{Amount:0.000} {Currency}");

    private static string Same(Money left, Money right) =>
        left.Currency == right.Currency
            ? left.Currency
            : throw new InvalidOperationException($"Amounts in {left.Currency} and {right.Currency} cannot be added.");
}
