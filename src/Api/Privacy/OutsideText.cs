using Marketplace.Privacy;
using Microsoft.Extensions.Compliance.Redaction;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Passes external text to logs and error logs. Each line is classified by its content and goes through the redactor of its class; lines
/// that look like a buyer's data are erased. Telephone numbers are not detected, because ids and figures look like them, so texts that may
/// contain one must not get here.
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
    /// <summary>Public data pass; every other class, including unlisted ones, is erased.</summary>
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
