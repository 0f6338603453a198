using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.PlatformApi.Intake;
using Marketplace.Api.PlatformApi.Journal;

namespace Marketplace.Api.PlatformApi;

/// <summary>What the platform and its operators are answered. Seller Center's trail and notifications are the same documents.</summary>
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
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SessionsEnded))]
internal sealed partial class PlatformJson : JsonSerializerContext
{
    /// <summary>As the default, with Chinese and the plus signs of base64 as they are written.</summary>
    public static PlatformJson Readable => field ??= new(Default.Options.Readable());
}
