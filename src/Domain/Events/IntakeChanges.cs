using Marketplace.Privacy;

namespace Marketplace.Events;

/// <summary>How an attribute was changed so that its event could be accepted.</summary>
public static class AttributeChanges
{
    /// <summary>Line breaks were replaced by spaces, control characters removed.</summary>
    public const string Cleaned = "cleaned";

    /// <summary>Truncated at the maximum length.</summary>
    public const string Cut = "cut";

    /// <summary>A number or boolean was accepted as text.</summary>
    public const string ReadAsText = "read-as-text";

    /// <summary>Private data were redacted; the whole text is sealed.</summary>
    public const string StruckOut = "struck-out";

    /// <summary>Stored sealed and never shown.</summary>
    public const string Sealed = "sealed";

    /// <summary>Not stored.</summary>
    public const string Dropped = "dropped";
}

/// <summary>One attribute of an event that was changed on intake.</summary>
/// <param name="Attribute">Its path in the event, for example <c>data.reason</c>.</param>
/// <param name="Change">One of <see cref="AttributeChanges"/>.</param>
public readonly record struct AttributeChange(string Attribute, string Change);

/// <summary>Collects the changes to one event.</summary>
/// <param name="prefix">Prefix of every path, for example <c>data.</c></param>
internal sealed class IntakeChanges(string prefix = "")
{
    /// <summary>Maximum changes named; further ones are applied but not named.</summary>
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

/// <summary>Sender-chosen names, as a refusal or an answer may repeat them: a name may contain private data, too (R23).</summary>
public static class MemberNames
{
    /// <summary>Replaces a name that must not be repeated.</summary>
    public const string Hidden = "(name not shown)";

    public static string Shown(string name) => EventLimits.IsCode(name) && PrivateDataScan.Find(name) is null ? name : Hidden;
}
