using System.Runtime.CompilerServices;
using Marketplace.Evidence;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>The evidence page's texts in one language; a member's name is its key in the resource files.</summary>
/// <param name="language">The language.</param>
internal sealed class EvidenceTexts(ReaderLanguage language)
{
    private static readonly BilingualTexts Resources = BilingualTexts.Load(typeof(EvidenceTexts));

    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    public ReaderLanguage Language => language;

    public string Title => Text();

    public string Order => Text();

    public string Installation => Text();

    public string MadeAt => Text();

    public string Verdict => Text();

    public string Decisive => Text();

    public string Counts => Text();

    public string Uncertified => Text();

    public string Terms => Text();

    public string Agreement => Text();

    public string NoAgreement => Text();

    public string Accepted => Text();

    public string Mode => Text();

    public string Settings => Text();

    public string Scopes => Text();

    public string Window => Text();

    public string NoWindow => Text();

    public string State => Text();

    public string Since => Text();

    public string Journeys => Text();

    public string NoEvents => Text();

    public string NotOwed => Text();

    public string When => Text();

    public string Hop => Text();

    public string Details => Text();

    public string Row => Text();

    public string Happened => Text();

    public string Data => Text();

    public string Sent => Text();

    public string Received => Text();

    public string Rows => Text();

    public string RowsHint => Text();

    public string Previous => Text();

    public string Hash => Text();

    public string Signature => Text();

    public string SignatureHint => Text();

    public string SaveFile => Text();

    public string Key => Text();

    public string Bundle => Text();

    public const string None = "–";

    /// <summary>An instant as text: Beijing time in Chinese, UTC in English.</summary>
    public string At(DateTimeOffset at) =>
        Text(nameof(At), ("at", language is ReaderLanguage.Chinese ? at.ToOffset(Beijing) : at.ToUniversalTime()));

    public string In(BilingualText text) => language.Of(text);

    public string Party(EvidenceParty party) => Text($"{nameof(Party)}.{party}");

    public string StateOf(EvidenceState state) => state is EvidenceState.Withheld ? NotOwed : Text($"{nameof(StateOf)}.{state}");

    public string Step(EvidenceHop hop) =>
        hop.What switch
        {
            "throttled" or "failed" => Text($"{nameof(Step)}.{hop.What}", ("attempt", hop.Attempt ?? 1)),
            "accepted" or "withheld" or "acknowledged" or "dead" or "parked" => Text($"{nameof(Step)}.{hop.What}"),
            _ => Text("Step.resumed"),
        };

    public string Tally(EvidenceVerdict verdict) =>
        Text(
            nameof(Tally),
            ("owed", verdict.Owed),
            ("acknowledged", verdict.Acknowledged),
            ("late", verdict.Late),
            ("withheld", verdict.Withheld)
        );

    /// <summary>A phase of the installation.</summary>
    public string Phase(string phase) => Find($"{nameof(Phase)}.{phase}") ?? Text("Phase.awaiting-consent");

    public string ModeOf(EvidenceRoute? route) => Find($"{nameof(ModeOf)}.{route?.Mode}") ?? Text("ModeOf.none");

    private string Text([CallerMemberName] string key = "") => language.Of(Resources.Get(key));

    private string Text(string key, params (string Name, object? Value)[] values) => language.Of(Resources.Format(key, values));

    private string? Find(string key) => Resources.Find(key) is { } text ? language.Of(text) : null;
}
