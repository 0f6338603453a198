using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.SellerApi;

/// <summary>Which usage alerts a seller gets, and when they are posted.</summary>
internal static class NotificationSettingsEndpoints
{
    private const string HourFormat = "HH:mm";

    public static void MapNotificationSettings(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group.MapGet("notification-settings", Get).Takes("seller").WithSummary("Which usage alerts the seller gets.");
        group.MapPut("notification-settings", Set).Takes("seller").WithSummary("Replaces which usage alerts the seller gets.");
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        return Answer(await Grain(grains, seller).Get(context.RequestAborted));
    }

    private static async Task<IResult> Set(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var seller = SellerRequest.Seller(context);
        SellerRequest.Require(context, SellerRole.Owner, SellerRole.Finance);
        var body = await SellerRequest.Body(context, NotificationSettingsJson.Default.NotificationSettingsView);
        var settings = new NotificationSettings(
            Shares(body.Quota, "quota"),
            Shares(body.FreeTier, "free_tier"),
            Shares(body.Spend, "spend"),
            body.Webhook ?? throw Invalid("webhook must be true or false."),
            Hour(body.QuietFrom, "quiet_from"),
            Hour(body.QuietTo, "quiet_to")
        );
        return Answer((await Grain(grains, seller).Set(settings, by, CancellationToken.None)).OrProblem());
    }

    // Sorted, so that the same settings are the same command.
    private static ImmutableArray<int> Shares(ImmutableArray<int>? shares, string member) =>
        shares is { IsDefault: false, Length: <= 100 } given
            ? [.. given.Order()]
            : throw Invalid($"{member} must be an array of percentages.");

    private static TimeOnly? Hour(string? text, string member) =>
        text is null ? null
        : TimeOnly.TryParseExact(text, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour) ? hour
        : throw Invalid($"{member} must be a time of the day, hh:mm in Asia/Shanghai.");

    private static RequestProblemException Invalid(string detail) => new(ProblemKinds.BodyInvalid, detail);

    private static INotificationSettingsGrain Grain(IGrainFactory grains, SellerId seller) =>
        grains.GetGrain<INotificationSettingsGrain>(GrainKeys.NotificationSettings(seller));

    private static JsonHttpResult<NotificationSettingsView> Answer(NotificationSettings settings) =>
        TypedResults.Json(
            new NotificationSettingsView(
                settings.Quota,
                settings.FreeTier,
                settings.Spend,
                settings.Webhook,
                settings.QuietFrom?.ToString(HourFormat, CultureInfo.InvariantCulture),
                settings.QuietTo?.ToString(HourFormat, CultureInfo.InvariantCulture)
            ),
            NotificationSettingsJson.Default.NotificationSettingsView
        );
}

/// <param name="Quota">Shares of the daily limit, in percent, of 50, 70, 90 and 100; empty for no alerts.</param>
/// <param name="FreeTier">Shares of the day's free calls.</param>
/// <param name="Spend">Shares of the month's spend cap.</param>
/// <param name="Webhook">True to post the alerts to Seller Center, too.</param>
/// <param name="QuietFrom">Start of the quiet hours, hh:mm in Asia/Shanghai; null for none.</param>
/// <param name="QuietTo">Their end, exclusive; before the start for hours over midnight.</param>
internal sealed record NotificationSettingsView(
    ImmutableArray<int>? Quota,
    ImmutableArray<int>? FreeTier,
    ImmutableArray<int>? Spend,
    bool? Webhook,
    string? QuietFrom,
    string? QuietTo
);

/// <summary>JSON of notification settings: refuses unknown members instead of setting half of them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(NotificationSettingsView))]
internal sealed partial class NotificationSettingsJson : JsonSerializerContext;
