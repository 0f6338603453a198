using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Figures;

/// <summary>How long a month's bill takes, of one installation with a day of 20,000 calls.</summary>
internal sealed class BillFigure(RunHistory book, MarketplaceTarget target, PacedFigures paced, SellerCalls sellers)
{
    private const int CallsOfDay = 20_000;
    private const int BillsPerSecond = 10;

    /// <param name="index">Of the installation; no other part calls for it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Measure(int index, CancellationToken cancellationToken)
    {
        await Call(target.Calls[index], cancellationToken);
        var bill = await sellers.Bill(index, cancellationToken);
        var billed = await Billed(bill, cancellationToken);
        if (billed < CallsOfDay)
        {
            throw new InvalidOperationException($"{CallsOfDay} calls were made, {billed} are on the bill.");
        }

        Task<IReadOnlyList<Call>> Bills(int count, CancellationToken token) => Task.FromResult<IReadOnlyList<Call>>([bill]);

        await paced.WarmUp(BillsPerSecond, Bills, cancellationToken);
        await paced.Measure("the bill of one installation's month", BillsPerSecond, Bills, (100, 200), cancellationToken);
        book.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Bill, {target.Kind}: {billed:N0} calls of one day, not of each day of a month; made one after the other, so that "
                    + $"each has a row of its own in the ledger; bills at {BillsPerSecond}/s."
            )
        );
    }

    // One after the other: calls side by side would share rows of the ledger.
    private async Task Call(Call call, CancellationToken cancellationToken)
    {
        for (var number = 0; number < CallsOfDay; number++)
        {
            (await target.Client.Send(call, cancellationToken)).Dispose();
        }
    }

    private async Task<int> Billed(Call bill, CancellationToken cancellationToken)
    {
        using var body = await target.Client.Send(bill, cancellationToken);
        return body.RootElement.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("calls").GetInt32());
    }
}
