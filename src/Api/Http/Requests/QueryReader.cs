using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Api.Http.Problems;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Api.Http.Requests;

/// <summary>
/// Reads a request's query. The first problem becomes the refusal, and later reads are ignored. <see cref="QueryParameterCheck"/> refuses
/// undeclared parameters.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="maxLength">Maximum length of a text; null if each parameter has its own limit.</param>
internal class QueryReader(HttpRequest request, int? maxLength = null)
{
    /// <summary>The first problem so far; null if there is none.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The value read, or the first problem.</summary>
    public Outcome<T> Result<T>(T read) => Refusal is { } refusal ? refusal : read;

    /// <summary>All values sent under a name.</summary>
    public StringValues Values(string name) => request.Query[name];

    /// <summary>A text sent at most once; null if not sent.</summary>
    public string? Text(string name)
    {
        var values = Values(name);
        if (values.Count > 1 || values.ToString().Length > maxLength)
        {
            Wrong(name, maxLength is { } most ? $"given once, with at most {most} characters" : "given once");
        }

        return values.ToString().Length > 0 ? values[0] : null;
    }

    /// <summary>Texts sent under one name, several times or once; empty if not sent.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="most">How many there may be at most.</param>
    public ImmutableArray<string> Texts(string name, int most)
    {
        var texts = Values(name).OfType<string>().Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (Values(name).Count > most || texts.Any(text => text.Length > maxLength))
        {
            Wrong(
                name,
                maxLength is { } length ? $"given at most {most} times, with at most {length} characters" : $"given at most {most} times"
            );
        }

        return texts;
    }

    /// <summary>A whole number from 0; null if not sent.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="unreadable">The refusal of an invalid number; null for the default one.</param>
    public long? Number(string name, Refusal? unreadable = null)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Refuse(unreadable ?? Expected(name, "a whole number"));
        return null;
    }

    /// <summary>An instant; null if not sent.</summary>
    public DateTimeOffset? Instant(string name)
    {
        // An unescaped plus sign arrives as a space; an instant contains no other space.
        if (Text(name)?.Replace(' ', '+') is not { } text)
        {
            return null;
        }

        if (Rfc3339.TryParse(text, out var at))
        {
            return at;
        }

        Wrong(name, Rfc3339.Form);
        return null;
    }

    /// <summary>True or false; false if not sent.</summary>
    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is not (null or "true" or "false"))
        {
            Wrong(name, "true or false");
        }

        return text == "true";
    }

    /// <summary>A required parameter, sent exactly once and parsed.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="detail">The detail for a missing or unreadable value.</param>
    public T? Required<T>(string name, string detail)
        where T : IParsable<T>
    {
        if (T.TryParse(Values(name), null, out var value))
        {
            return value;
        }

        Refuse(ProblemWriter.Plain(ProblemKinds.ParameterInvalid, detail));
        return default;
    }

    /// <summary>A required calendar day.</summary>
    public DateOnly Day(string name)
    {
        if (!DateOnly.TryParseExact(Values(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Refuse(ProblemWriter.Plain(ProblemKinds.ParameterInvalid, $"The query must name a day: {name}=yyyy-MM-dd."));
        }

        return day;
    }

    /// <summary>Refuses the query, unless it is already refused.</summary>
    public void Refuse(Refusal refusal) => Refusal ??= refusal;

    /// <summary>Refuses an invalid parameter.</summary>
    public void Wrong(string name, string expected) => Refuse(Expected(name, expected));

    private static Refusal Expected(string name, string expected) =>
        ProblemWriter.Plain(ProblemKinds.ParameterInvalid, $"The parameter '{name}' must be {expected}.");
}
