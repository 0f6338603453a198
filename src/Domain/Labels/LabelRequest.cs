using System.Text.Json;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Labels;

/// <summary>A plugin's request for a label.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="AddressHandle">Its address, as a handle of <see cref="AddressHandles"/>.</param>
/// <param name="Carrier">One of <see cref="Carriers.All"/>.</param>
/// <param name="Service">One of the carrier's services.</param>
/// <param name="WeightG">Grams; null if unknown.</param>
public sealed record LabelRequest(string OrderId, string AddressHandle, Carrier Carrier, string Service, int? WeightG)
{
    private const int MaxHandleLength = 64;

    /// <summary>Parses the body of a request (docs/api/plugins.md). Refuses unknown members.</summary>
    public static Outcome<LabelRequest> Read(JsonElement body)
    {
        var problem = new FirstProblem();
        var input = new MemberReader(body, problem);
        var (order, handle) = (input.Id("order_id"), input.RequiredText("address_handle", MaxHandleLength));
        var (carrier, service) = (input.RequiredText("carrier"), input.Text("service"));
        var weight = input.OptionalWhole("weight_g", 1, Carriers.MaxWeightG);
        PluginWriteParser.NoneLeft(input, problem);
        if (problem.Text is { } text)
        {
            return SyncRefusals.InvalidInput(text, problem.Attribute);
        }

        // Ids are full of digits that look like telephone numbers; carrier and service are words, so scan them for everything.
        var found = Private("order_id", PrivateDataScan.FindInId(order))
            ?? Private("address_handle", PrivateDataScan.FindInId(handle))
            ?? Private("carrier", PrivateDataScan.Find(carrier))
            ?? Private("service", PrivateDataScan.Find(service ?? string.Empty));
        return found is not null ? found : Of(order, handle, carrier, service, weight);
    }

    private static Outcome<LabelRequest> Of(string order, string handle, string code, string? service, int? weight) =>
        Carriers.Find(code) is { } carrier && (service is null || carrier.Services.Contains(service))
            ? new LabelRequest(order, handle, carrier, service ?? carrier.Services[0], weight)
            : LabelRefusals.NoCarrier();

    private static Refusal? Private(string member, string? kind) => kind is null ? null : SyncRefusals.PrivateInput(member, kind);
}
