using Marketplace.Privacy;
using Microsoft.Extensions.Compliance.Redaction;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Text that somebody outside wrote, on its way into a log or an error log. Every line of it is classified by what it reads like and goes
/// through the redactor of its class; what reads like a buyer's data is erased. Telephone numbers are not looked for: ids and figures look
/// like them, so what may hold one must not get this far.
/// </summary>
public sealed class OutsideText(IRedactorProvider redactors)
{
    /// <summary>The text without its private lines; null if nothing is left.</summary>
    public string? ForLog(string? text) =>
        text is null ? null
        : string.Join('\n', text.Split('\n').Select(Line)) is { Length: > 0 } left ? left
        : null;

    /// <summary>True if nothing of the text would be erased.</summary>
    public bool IsClean(string text) => ForLog(text) == text;

    private string Line(string line)
    {
        var kind = PrivateDataScan.FindInProductText(line) is null ? MarketplaceData.Public : MarketplaceData.BuyerPrivate;
        return redactors.GetRedactor(kind).Redact(line);
    }
}

/// <summary>Registers the redactors.</summary>
public static class RedactionSetup
{
    /// <summary>Public data pass; every other class, also one that is not named here, is erased.</summary>
    public static IServiceCollection AddMarketplaceRedaction(this IServiceCollection services) =>
        services
            .AddRedaction(redaction =>
                redaction
                    .SetRedactor<NullRedactor>(MarketplaceData.Public)
                    .SetRedactor<ErasingRedactor>(MarketplaceData.BuyerPrivate, MarketplaceData.PlatformInternal)
                    .SetFallbackRedactor<ErasingRedactor>()
            )
            .AddSingleton<OutsideText>();
}
