using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Demo;
using Marketplace.Api.PluginApi;
using Marketplace.Api.PluginApi.Webhooks;
using Marketplace.Api.ReviewApi;
using Marketplace.Api.SellerApi;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Installations.Demo;
using Marketplace.Api.SellerApi.Risk;

namespace Marketplace.Api.Reference;

/// <summary>An example of every request body and of the most common answers; a test validates each against its schema.</summary>
internal static class SchemaExamples
{
    private static readonly FrozenDictionary<Type, string> Table = new Dictionary<Type, string>
    {
        // Plugins.
        [typeof(FlagDocument)] = """{"kind":"late-delivery","note":"The carrier has not moved it for six days."}""",
        [typeof(SplitDocument)] = """{"parcels":[{"items":[{"line":1,"quantity":1}]},{"items":[{"line":2,"quantity":3}]}]}""",
        [typeof(MergeDocument)] = """{"with":["D-0002"]}""",
        [typeof(TrackingDocument)] = """{"tracking_id":"SF1234567890","carrier":"sf"}""",
        [typeof(LabelDocument)] =
            """{"order_id":"D-0001","address_handle":"adr_0f3c9a5e7b1d4c2f8a6e0d9b7c5a3f1e","carrier":"sf","service":"standard","weight_g":800}""",
        [typeof(ProductChangeDocument)] = """{"title":"Desk lamp, warm white","price":19.90}""",
        [typeof(ConfirmRequest)] = """{"cursor":"ZTo0Mg"}""",
        [typeof(EndpointRequest)] =
            """{"url":"https://plugin.example/marketplace/events","ordering":"per-order","batch_size":20,"timeout_seconds":5,"types":["order.created","order.paid"]}""",
        [typeof(SecretRequest)] = """{"overlap_hours":24}""",
        [typeof(PluginApi.Webhooks.DryRunRequest)] = """{"sequence":42}""",
        [typeof(ReplayCommandRequest)] = """{"dead_letters":true}""",
        [typeof(OrderJson)] = """
            {"order_id":"D-0001","status":"paid","version":2,"updated_seq":42,"currency":"USD","created_at":"2026-11-23T02:15:00Z","paid_at":"2026-11-23T02:20:00Z",
             "items":[{"line":1,"product_id":"P-1","quantity":2,"unit_price":10.50,"freight":1.00}],"payments":[{"type":"card","amount":22.00}],"total":22.00,
             "buyer":{"region":"BY","country":"DE","name":{"redacted":true,"reason":"buyer-private"}},"flags":[],"parcels":[],"merged_with":[],"tracking":[]}
            """,

        // Sellers.
        [typeof(EnableRequest)] = """{"seller":"shenzhen-lamp","plugin":"order-pilot"}""",
        [typeof(ConsentRequest)] =
            """{"agreement":{"version":"2024-06","hash":"9f86d081884c7d65"},"scopes":["orders.read","logistics.write"]}""",
        [typeof(AgreementRequest)] = """{"version":"2024-06","hash":"9f86d081884c7d65"}""",
        [typeof(GrantsRequest)] = """{"grants":["orders.read"]}""",
        [typeof(ReasonRequest)] = """{"reason":"Stocktaking until Monday."}""",
        [typeof(NotificationSettingsView)] =
            """{"quota":[70,90,100],"free_tier":[100],"spend":[50,90,100],"webhook":true,"quiet_from":"22:00","quiet_to":"08:00"}""",
        [typeof(SettingsRequest)] = """{"sync_window_hours":720,"spend_cap":300.000}""",
        [typeof(NothingRequest)] = "{}",
        [typeof(ReplayRequestBody)] = """{"order_id":"D-0001"}""",
        [typeof(DecisionRequest)] = """{"reason":"We asked for this change."}""",
        [typeof(OutcomeRequest)] = """{"located":true,"cause":"quota-exceeded","fixed":true}""",
        [typeof(FileClaimRequest)] =
            """{"seller":"shenzhen-lamp","amount":128.50,"reason":"The order never reached the warehouse.","evidence":{"bundle":{},"signature":{}}}""",
        [typeof(SellerClaimRequest)] = """{"seller":"shenzhen-lamp","reason":"Settled with the developer."}""",
        [typeof(DisputeRequest)] =
            """{"seller":"shenzhen-lamp","plugin":"order-pilot","day":"2026-11-29","tier":"1001-5000","api":"orders.get","reason":"These calls were not ours."}""",
        [typeof(SubscribeRequest)] = """{"monthly":499.00}""",
        [typeof(CancelRequest)] = """{"at_once":false,"reason":"Not needed in spring."}""",
        [typeof(UpgradeRequest)] = """{"to":"carrier-comparison","monthly":899.00}""",
        [typeof(EnterpriseRequest)] = """{"seller":"shenzhen-lamp","licence":"91440300MA5DEMO00X"}""",
        [typeof(SubmitRequest)] = """{"seller":"shenzhen-lamp"}""",
        [typeof(ApplicationRequest)] = """{"seller":"shenzhen-lamp","plugin":"order-pilot","wanted":8,"reason":"Three more warehouses."}""",

        // Platform and operators.
        [typeof(IncomingEventDocument)] = """
            {"specversion":"1.0","id":"3c1e","source":"urn:platform:orders","type":"order.created","subject":"D-0001","time":"2026-11-23T10:15:00+08:00","seller":"shenzhen-lamp",
             "datacontenttype":"application/json","data":{"currency":"USD","items":[{"line":1,"product_id":"P-1","quantity":2,"unit_price":10.50,"freight":1.00}],"buyer":{"country":"DE"}}}
            """,
        [typeof(RulesRequest)] =
            """{"rules":[{"id":"burst","kind":"product-burst","mode":"enforce","weight":30,"half_life_days":30,"clearance_hours":24,"scope":"products.write","window_seconds":3600,"threshold":200}]}""",
        [typeof(Api.SellerApi.Risk.DryRunRequest)] = """{"installation":"shenzhen-lamp/order-pilot","days":7}""",
        [typeof(IncidentRequest)] = """{"title":{"zh":"物流轨迹延迟","en":"Tracking is late"},"operations":["tracking.get"]}""",
        [typeof(ClaimTextRequest)] = """{"text":"Our receiver was down from 02:00 to 02:40."}""",
        [typeof(ClaimReasonRequest)] = """{"reason":"The plugin acknowledged the event and lost it."}""",
        [typeof(ExtendClaimRequest)] = """{"days":7,"reason":"The developer needs its carrier's log."}""",
        [typeof(SettleClaimRequest)] = """{"amount":128.50,"reference":"2026-1129-0007"}""",
        [typeof(AdjustRequest)] =
            """{"kind":"credit","amount":12.50,"reason":"Goodwill for the outage of 12 November.","reference":"case 4711"}""",
        [typeof(AcceptDisputeRequest)] = """{"amount":3.20,"reason":"The calls were repeated by our own retry."}""",
        [typeof(RejectDisputeRequest)] = """{"reason":"The calls are in the plugin's own log."}""",
        [typeof(AnnouncePricesRequest)] =
            """{"effective_from":"2027-03-01","tiers":[{"up_to":1000,"unit_price":0.000},{"up_to":5000,"unit_price":0.020},{"up_to":20000,"unit_price":0.015}]}""",
        [typeof(NewClientRequest)] =
            """{"id":"order-pilot-production","role":"plugin","plugin":"order-pilot","redirect_uris":["https://plugin.example/callback"]}""",
        [typeof(EnforcementRequest)] =
            """{"kind":"freeze","developer":"lamp-works","rule":"private-data","reason":{"zh":"泄露买家隐私数据。","en":"It leaked buyers' private data."},"advice":{"zh":"请改用其他插件。","en":"Please use another plugin."}}""",
        [typeof(EnforcementReasonRequest)] = """{"reason":"The leak is closed."}""",
        [typeof(AppealRequest)] = """{"notice":"MP-20261201-1","text":"The data was made up for a test."}""",
        [typeof(PolicyVersionRequest)] =
            """{"version":"2027-01","text":{"zh":"第一条……","en":"Article 1 …"},"effective_from":"2027-01-01"}""",
        [typeof(NewPluginClientRequest)] = """{"redirect_uris":["https://plugin.example/callback"]}""",
        [typeof(RotateSecretRequest)] = """{"overlap_hours":24}""",
        [typeof(RedirectUrisRequest)] = """{"redirect_uris":["https://plugin.example/callback"]}""",

        // Reviewers.
        [typeof(ReviewApproval)] = """{"valid_until":"2029-11-30"}""",
        [typeof(ReviewReason)] = """{"reason":"The licence is not legible."}""",
        [typeof(ReviewQuestion)] = """{"question":"Please upload the back of the identity card again."}""",
        [typeof(ApplicationApproval)] = """{"cap":8,"until":"2027-11-30"}""",

        [typeof(CompanyApproval)] = """{"licence":"91350100M000100Y43","company":"Lamp Works Ltd."}""",
        [typeof(CompanyRejection)] =
            """{"licence":"91350100M000100Y43","company":"Lamp Works Ltd.","reason":"The licence belongs to another company."}""",

        // Developers.
        [typeof(SignUpRequest)] =
            """{"licence":"91350100M000100Y43","company":"Lamp Works Ltd.","email":"plugins@lamp.example","phone":"+86 591 1234567","agreement":"2026-01"}""",
        [typeof(CompanyRequest)] = """{"licence":"91350100M000100Y43","company":"Lamp Works Ltd."}""",
        [typeof(ContactsRequest)] = """{"email":"plugins@lamp.example"}""",
        [typeof(DeveloperAgreementRequest)] = """{"version":"2026-01"}""",
        [typeof(NewPluginRequest)] = """{"plugin":"tag-bee"}""",
        [typeof(VersionRequest)] =
            """{"manifest":{"manifest":"1","plugin":"tag-bee","version":"1.2.0"},"scan":{"version":"2.1.0","runs":[]}}""",
        [typeof(CategoryRequest)] = """{"category":"logistics"}""",
        [typeof(RoundRequest)] = """{"seed":20261201,"justified":{"orders.flag":"Orders are flagged on a seller's click only."}}""",
        [typeof(VerdictRequest)] = """{"verdict":"request-changes","reasons":["Name the sub-processor in the description."]}""",
        [typeof(MemberRequest)] = """{"role":"developer"}""",

        // Everybody.
        [typeof(Problem)] = """
            {"type":"urn:marketplace:problem:quota-exceeded","title":"The daily quota is used up.","status":429,"detail":"20,000 of 20,000 calls of today are used.",
             "instance":"urn:marketplace:error-log:7d1f0c7a5f0e4a0c9a1b2c3d4e5f6071","code":"quota-exceeded","type_class":"ISV","request_id":"7d1f0c7a5f0e4a0c9a1b2c3d4e5f6071",
             "rule":"quota-exceeded","retryable":true,"evidence":{"counter":"daily","limit":20000,"used":20000,"resetsAt":"2026-11-24T00:00:00+08:00"},
             "fix":{"by":"time","action":"Call again after midnight (Asia/Shanghai)."},"retry_at":"2026-11-24T00:00:00+08:00","doc":"/problems#quota-exceeded"}
            """,
        [typeof(TokenDocument)] = """{"access_token":"mat.arcKYb1q…","token_type":"Bearer","expires_in":3600}""",

        // Demo.
        [typeof(DemoInstallationRequest)] = """{"seller":"my-shop","plugin":"order-pilot","scopes":["orders.read","logistics.write"]}""",
        [typeof(SubjectTokenRequest)] = """{"seller":"shenzhen-lamp","user":"li.wei","role":"owner"}""",
    }.ToFrozenDictionary();

    /// <summary>The types that have an example.</summary>
    public static IEnumerable<Type> Types => Table.Keys;

    /// <summary>The example of a type; null if it has none.</summary>
    public static JsonNode? Of(Type type) => Table.TryGetValue(type, out var example) ? JsonNode.Parse(example) : null;
}
