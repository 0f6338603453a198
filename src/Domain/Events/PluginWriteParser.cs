using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Events;

/// <summary>
/// Parses the bodies of plugins' writes (docs/api/plugins.md). Refuses unknown members: they are misspelt, or data that do not belong here.
/// </summary>
public static class PluginWriteParser
{
    public static Outcome<PluginWrite> Flag(string orderId, JsonElement body) =>
        Read(body, (input, _) =>
            new PluginWrite.FlagOrder(orderId, input.RequiredText("kind"), input.Text("note", PluginWriteRules.MaxNoteLength))
        );

    public static Outcome<PluginWrite> Split(string orderId, JsonElement body) =>
        Read(body, (input, problem) =>
            new PluginWrite.SplitOrder(
                orderId,
                [
                    .. input
                        .Array("parcels", 1, EventLimits.MaxItems)
                        .Select((parcel, i) => Parcel(new MemberReader(parcel, problem, $"parcels[{i}]"), problem)),
                ]
            )
        );

    public static Outcome<PluginWrite> Merge(string orderId, JsonElement body) =>
        Read(body, (input, problem) =>
            new PluginWrite.MergeOrders(
                orderId,
                [.. input.Array("with", 1, EventLimits.MaxOrdersInMerge).Select((id, i) => OrderId(id, $"with[{i}]", problem))]
            )
        );

    public static Outcome<PluginWrite> Unmerge(string orderId, JsonElement body) =>
        Read(body, (_, _) => new PluginWrite.UnmergeOrders(orderId));

    public static Outcome<PluginWrite> Track(string orderId, JsonElement body) =>
        Read(body, (input, _) => new PluginWrite.TrackOrder(orderId, input.Id("tracking_id"), input.Text("carrier")));

    public static Outcome<PluginWrite> Patch(string productId, JsonElement body) =>
        Read(body, (input, _) =>
            new PluginWrite.PatchProduct(
                productId,
                input.Text("title", EventLimits.MaxTextLength),
                input.OptionalAmount("price"),
                input.Text("category"),
                input.Texts("attributes")
            )
        );

    private static Outcome<PluginWrite> Read(JsonElement body, Func<MemberReader, FirstProblem, PluginWrite> read)
    {
        var problem = new FirstProblem();
        var input = new MemberReader(body, problem);
        var write = read(input, problem);
        NoneLeft(input, problem);
        return problem.Text is { } text ? SyncRefusals.InvalidInput(text, problem.Attribute) : write;
    }

    private static Parcel Parcel(MemberReader parcel, FirstProblem problem)
    {
        var items = parcel
            .Array("items", 1, EventLimits.MaxItems)
            .Select((item, i) => Item(new MemberReader(item, problem, parcel.PathOf($"items[{i}]")), problem))
            .ToImmutableArray();
        NoneLeft(parcel, problem);
        return new Parcel(items);
    }

    private static ParcelItem Item(MemberReader item, FirstProblem problem)
    {
        var read = new ParcelItem(item.Whole("line", 1, EventLimits.MaxQuantity), item.Whole("quantity", 1, EventLimits.MaxQuantity));
        NoneLeft(item, problem);
        return read;
    }

    private static string OrderId(JsonElement element, string path, FirstProblem problem)
    {
        var id = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        if (!EventLimits.IsId(id))
        {
            problem.Set(path, $"must be an order id: {EventLimits.IdForm}.");
        }

        return id ?? string.Empty;
    }

    internal static void NoneLeft(MemberReader input, FirstProblem problem)
    {
        foreach (var name in input.Rest.Keys.Take(1))
        {
            problem.Set(input.PathOf(MemberNames.Shown(name)), "is not documented here.");
        }
    }
}
