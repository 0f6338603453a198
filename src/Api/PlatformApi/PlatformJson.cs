using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.PlatformApi.Intake;
using Marketplace.Api.PlatformApi.Journal;

namespace Marketplace.Api.PlatformApi;

/// <summary>
/// JSON of answers to the platform and its operators. Includes Seller Center's trail and notifications, which have the same form.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IntakeAnswer))]
[JsonSerializable(typeof(TrailView))]
[JsonSerializable(typeof(NotificationsView))]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(KpisView))]
[JsonSerializable(typeof(VerifyView))]
[JsonSerializable(typeof(DeadLettersView))]
[JsonSerializable(typeof(DeadLetterView))]
[JsonSerializable(typeof(FindingsView))]
[JsonSerializable(typeof(MarketplaceKeyList))]
[JsonSerializable(typeof(ClientListView))]
[JsonSerializable(typeof(ClientView))]
[JsonSerializable(typeof(ClientSecretView))]
[JsonSerializable(typeof(PriceListView))]
[JsonSerializable(typeof(PriceVersionView))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SessionsEnded))]
internal sealed partial class PlatformJson : JsonSerializerContext
{
    /// <summary>The default options with unescaped Chinese and base64 plus signs.</summary>
    public static PlatformJson Readable => field ??= new(Default.Options.Readable());
}
