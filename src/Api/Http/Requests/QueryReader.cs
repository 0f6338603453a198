using System.Globalization;
using Marketplace.Api.Http.Problems;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Api.Http.Requests;

/// <summary>
/// Reads a request's query. The first thing wrong becomes the refusal, and what is read after it counts for nothing. Which parameters there
/// are at all is <see cref="QueryParameterCheck"/>'s matter.
/// </summary>
/// <param name="request">What was sent.</param>
/// <param name="maxLength">Characters of a text at most; null where each parameter has bounds of its own.</param>
internal class QueryReader(HttpRequest request, int? maxLength = null)
{
    /// <summary>The first thing wrong with what was read so far; null if nothing is.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>What was read, or the first thing wrong with it.</summary>
    public Outcome<T> Result<T>(T read) => Refusal is { } refusal ? refusal : read;

    /// <summary>All that was sent under a name.</summary>
    public StringValues Values(string name) => request.Query[name];

    /// <summary>A text that was sent once; null if none was.</summary>
    public string? Text(string name)
    {
        var values = Values(name);
        if (values.Count > 1 || values.ToString().Length > maxLength)
        {
            Wrong(name, maxLength is { } most ? $"given once, with at most {most} characters" : "given once");
        }

        return values.ToString().Length > 0 ? values[0] : null;
    }

    /// <summary>A whole number from 0 on; null if none was sent.</summary>
    /// <param name="name">Of the parameter.</param>
    /// <param name="unreadable">The refusal of what is no number; null for the usual one.</param>
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

    /// <summary>An instant; null if none was sent.</summary>
    public DateTimeOffset? Instant(string name)
    {
        // A plus sign that was not escaped arrives as a blank; no instant has a blank before its offset otherwise.
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

    /// <summary>True or false; false if nothing was sent.</summary>
    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is not (null or "true" or "false"))
        {
            Wrong(name, "true or false");
        }

        return text == "true";
    }

    /// <summary>A parameter that must be sent once, in its type.</summary>
    /// <param name="name">Of the parameter.</param>
    /// <param name="detail">What is said where it is missing or cannot be read.</param>
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

    /// <summary>A calendar day that must be sent once.</summary>
    public DateOnly Day(string name)
    {
        if (!DateOnly.TryParseExact(Values(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Refuse(ProblemWriter.Plain(ProblemKinds.ParameterInvalid, $"The query must name a day: {name}=yyyy-MM-dd."));
        }

        return day;
    }

    /// <summary>Refuses the query, unless it is refused already.</summary>
    public void Refuse(Refusal refusal) => Refusal ??= refusal;

    /// <summary>Refuses a parameter that is not what the endpoint expects under its name.</summary>
    public void Wrong(string name, string expected) => Refuse(Expected(name, expected));

    private static Refusal Expected(string name, string expected) =>
        ProblemWriter.Plain(ProblemKinds.ParameterInvalid, $"The parameter '{name}' must be {expected}.");
}
