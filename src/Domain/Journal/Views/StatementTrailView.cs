using Marketplace.Billing.Accounts;
using Marketplace.Billing.Statements;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>A closed bill in short: the document itself may have megabytes.</summary>
internal sealed class StatementTrailView(string entity) : IEntityView
{
    private Statement? _statement;

    public IReadOnlyCollection<SellerId> Sellers { get; } = AuditSubject.SellerOf(entity) is { } seller ? [seller] : [];

    public void Apply(JournalFact fact) => _statement = Statement.Decode(fact.Payload);

    public ReadOnlyMemory<byte> Show(SellerId seller) =>
        _statement is { } statement
            ? EntityViews.Json(writer =>
            {
                var bill = statement.ToBill();
                writer.WriteString("month", BillingMonths.Text(bill.Month));
                writer.WriteString("sha256", statement.Sha256);
                writer.WriteNumber("total", bill.Total.Amount);
                writer.WriteNumber("statement_total", bill.Total.RoundedForStatement().Amount);
                writer.WriteString("currency", bill.Total.Currency);
            })
            : default;
}
