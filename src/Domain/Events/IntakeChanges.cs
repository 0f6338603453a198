using Marketplace.Privacy;

namespace Marketplace.Events;

/// <summary>What was done to an attribute so that its event could be taken.</summary>
public static class AttributeChanges
{
    /// <summary>Line breaks became blanks, control characters went.</summary>
    public const string Cleaned = "cleaned";

    /// <summary>What was beyond the bound went.</summary>
    public const string Cut = "cut";

    /// <summary>A number or truth value was taken as a text.</summary>
    public const string ReadAsText = "read-as-text";

    /// <summary>Private data were struck out; the whole text is sealed.</summary>
    public const string StruckOut = "struck-out";

    /// <summary>It is kept under seal and shown to nobody.</summary>
    public const string Sealed = "sealed";

    /// <summary>It is not kept.</summary>
    public const string Dropped = "dropped";
}

/// <summary>One attribute of an event that was not taken as it was sent.</summary>
/// <param name="Attribute">Its path in the event, for example <c>data.reason</c>.</param>
/// <param name="Change">One of <see cref="AttributeChanges"/>.</param>
public readonly record struct AttributeChange(string Attribute, string Change);

/// <summary>Collects what was changed in one event.</summary>
/// <param name="prefix">What goes before every path, for example <c>data.</c></param>
internal sealed class IntakeChanges(string prefix = "")
{
    /// <summary>So many are named; what comes after is done all the same.</summary>
    public const int MaxNamed = 100;

    private readonly List<AttributeChange> _changes = [];

    public IReadOnlyList<AttributeChange> All => _changes;

    public void Add(string path, string change)
    {
        var added = new AttributeChange(prefix + path, change);
        if (_changes.Count < MaxNamed && !_changes.Contains(added))
        {
            _changes.Add(added);
        }
    }

    public void Add(string path, CleanText text)
    {
        if (text.IsCleaned)
        {
            Add(path, AttributeChanges.Cleaned);
        }

        if (text.IsCut)
        {
            Add(path, AttributeChanges.Cut);
        }
    }
}

/// <summary>Names that a sender chose, as a refusal or an answer may repeat them: a name may hold private data, too (R23).</summary>
public static class MemberNames
{
    /// <summary>Stands for a name that is not repeated.</summary>
    public const string Hidden = "(name not shown)";

    public static string Shown(string name) => EventLimits.IsCode(name) && PrivateDataScan.Find(name) is null ? name : Hidden;
}
