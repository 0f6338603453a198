using System.Text.Json;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Labels;

/// <summary>What a plugin asks to be labelled.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="AddressHandle">Its address, as <see cref="AddressHandles"/> names it.</param>
/// <param name="Carrier">One of <see cref="Carriers.All"/>.</param>
/// <param name="Service">One of the carrier's services.</param>
/// <param name="WeightG">Grams; null if it is not known.</param>
public sealed record LabelRequest(string OrderId, string AddressHandle, Carrier Carrier, string Service, int? WeightG)
{
    private const int MaxHandleLength = 64;

    /// <summary>Reads the body of a request (docs/api/plugins.md). A member nobody knows is refused.</summary>
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

        // Ids are full of numbers that look like telephones; words are not.
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
