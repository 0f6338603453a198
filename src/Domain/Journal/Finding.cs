using System.Globalization;
using System.Text;

namespace Marketplace.Journal;

/// <summary>One defect of a log, with its position.</summary>
/// <param name="Log"><c>ledger</c>, <c>bill</c>, <c>journal</c>, <c>feed</c> or <c>delivery</c>.</param>
/// <param name="Key">Installation, entity or seller.</param>
/// <param name="Day">Day of the ledger row; null in the other logs.</param>
/// <param name="Seq">Seq, version or number of the row; 0 for a whole day.</param>
/// <param name="Code">Kebab-case name of the broken rule, for example <c>chain-broken</c>.</param>
/// <param name="Detail">One sentence with figures; never contains the data of a call, fact or event.</param>
public sealed record Finding(string Log, string Key, DateOnly? Day, long Seq, string Code, string Detail)
{
    public override string ToString()
    {
        var text = new StringBuilder().Append(Log).Append(' ').Append(Key);
        if (Day is { } day)
        {
            text.Append(' ').Append(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        if (Seq != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" #{Seq}");
        }

        return text.Append(": ").Append(Code).Append(": ").Append(Detail).ToString();
    }
}
