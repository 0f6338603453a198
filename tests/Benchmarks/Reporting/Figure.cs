using System.Globalization;

namespace Marketplace.Benchmarks.Reporting;

/// <summary>One figure with its goal and the least (or most) that is acceptable; NaN bounds mean that none is set.</summary>
internal sealed record Figure(string Name, double Value, double Goal, double Acceptable, string Unit, bool HigherIsBetter)
{
    /// <summary>A ratio of two rates: higher is better.</summary>
    public static Figure Ratio(string name, double value, double goal, double acceptable) =>
        new(name, value, goal, acceptable, string.Empty, true);

    /// <summary>A cost: lower is better.</summary>
    public static Figure Cost(string name, double value, string unit, double goal = double.NaN, double acceptable = double.NaN) =>
        new(name, value, goal, acceptable, unit, false);

    public string Verdict
    {
        get
        {
            if (double.IsNaN(Value))
            {
                return "not measured";
            }

            if (double.IsNaN(Goal))
            {
                return "–";
            }

            return Reaches(Goal) ? "goal"
                : Reaches(Acceptable) ? "acceptable"
                : "missed";
        }
    }

    public string ValueText => Text(Value) + Unit;

    public string GoalText => Bound(Goal);

    public string AcceptableText => Bound(Acceptable);

    private static string Text(double value) =>
        double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    private bool Reaches(double bound) => HigherIsBetter ? Value >= bound : Value <= bound;

    private string Bound(double bound) => double.IsNaN(bound) ? "–" : (HigherIsBetter ? "≥ " : "≤ ") + Text(bound) + Unit;
}
