using System.Globalization;
using Marketplace.Api.Http.Problems;
using Marketplace.Journal;

namespace Marketplace.Api.Http.Requests;

/// <summary>Reads the queries of trail, notifications and dead letters; the first thing wrong is thrown as its problem.</summary>
internal static class AuditQuery
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    private const int MaxTextLength = 300;

    /// <summary>How many entries a page has.</summary>
    public static int Limit(HttpRequest request) =>
        Number(request, "limit", "parameter-invalid") switch
        {
            null => DefaultLimit,
            >= 1 and <= MaxLimit and var limit => (int)limit,
            _ => throw Invalid("limit", $"a whole number from 1 to {MaxLimit}"),
        };

    /// <summary>The place after which the page begins: what <c>next_cursor</c> of the page before was.</summary>
    public static long? Cursor(HttpRequest request) => Number(request, "cursor", "cursor-invalid");

    public static bool Flag(HttpRequest request, string name) =>
        Text(request, name) switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Invalid(name, "true or false"),
        };

    public static TrailFilter Filter(HttpRequest request) =>
        new(Text(request, "entity"), Text(request, "actor"), Text(request, "type"), Instant(request, "from"), Instant(request, "to"));

    public static string? Text(HttpRequest request, string name)
    {
        var values = request.Query[name];
        return values.Count > 1 || values.ToString().Length > MaxTextLength
                ? throw Invalid(name, $"given once, with at most {MaxTextLength} characters")
            : values.ToString() is { Length: > 0 } text ? text
            : null;
    }

    /// <summary>A whole number from 1 on that the route names.</summary>
    public static long Id(HttpRequest request) =>
        long.TryParse(request.RouteValues["id"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path must name a number.");

    public static long? Number(HttpRequest request, string name, string code) =>
        Text(request, name) switch
        {
            null => null,
            var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new RequestProblemException(code, $"{name} must be a whole number."),
        };

    private static DateTimeOffset? Instant(HttpRequest request, string name)
    {
        // A plus sign that was not escaped arrives as a blank; no instant has a blank before its offset otherwise.
        var text = Text(request, name)?.Replace(' ', '+');
        return text is null ? null
            : Rfc3339.TryParse(text, out var at) ? at
            : throw Invalid(name, Rfc3339.Form);
    }

    private static RequestProblemException Invalid(string name, string expected) =>
        new(ProblemKinds.ParameterInvalid, $"The parameter '{name}' must be {expected}.");
}
