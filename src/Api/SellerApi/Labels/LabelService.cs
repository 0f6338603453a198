using System.Text.Json;
using Marketplace.Api.Calls;
using Marketplace.Api.PluginApi;
using Marketplace.Api.Privacy;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Labels;
using Marketplace.Orders;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Labels;

/// <summary>
/// The only place that decrypts sealed addresses (R23, R29): to make a label, and to print it for the seller. Each time a fact is
/// journalled first; the address itself is never stored.
/// </summary>
public sealed class LabelService(IGrainFactory grains, IBuyerSeal seal)
{
    /// <summary>Makes a label and writes its waybill number back to the order. A repeat with the same key finds the first label.</summary>
    /// <param name="call">The call, with token, scope and sync window.</param>
    /// <param name="request">The request.</param>
    /// <param name="address">The caller's network address.</param>
    internal async Task<Outcome<(Label Label, PublicBuyer? Buyer)>> Create(Call call, LabelRequest request, string? address)
    {
        var found = await call.Feed().GetOrder(request.OrderId, call.VisibleFrom(), CancellationToken.None);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var order = found.Value!;
        if (Refusal(call, request, order) is { } refusal)
        {
            return refusal;
        }

        var id = LabelId.Of(call.EventId);
        var grain = Grain(call.Installation.Seller, id);
        var callId = CallIds.Text(call.CallId);
        var actor = ActorId.Parse(call.Installation.Plugin.Value);
        var by = new Initiator(actor, OperationId.Internal("open", callId), address, ActorRole.Of(ClientRoles.Plugin));
        var label = await grain.Open(
            new LabelFact.AddressOpened(call.Installation.ToString(), order.Id, callId),
            by,
            CancellationToken.None
        );
        if (label is null)
        {
            var made = await Make(call, request, id);
            if (made.Refusal is { } refused)
            {
                return refused;
            }

            label = await grain.Create(
                made.Value!,
                by with
                {
                    OperationId = OperationId.Internal("create", id.ToString()),
                },
                CancellationToken.None
            );
        }

        return (label, order.Buyer);
    }

    /// <summary>A label with its address, for a user of the seller.</summary>
    internal async Task<Outcome<PrintedLabel>> Print(SellerId seller, LabelId id, Initiator by, CancellationToken cancellationToken)
    {
        if (await Grain(seller, id).View(by, cancellationToken) is not { } label)
        {
            return LabelRefusals.NotFound();
        }

        var feed = grains.GetFeed(seller);
        var address = Open(seller, await feed.ReadSealed(label.OrderId, label.AddressSeq, cancellationToken));
        var order = await feed.GetOrder(label.OrderId, null, cancellationToken);
        return address.Refusal is { } refusal ? refusal : new PrintedLabel(label, address.Value!, order.Value?.Buyer);
    }

    private static Refusal? Refusal(Call call, LabelRequest request, OrderView order) =>
        !AddressHandles.IsOf(request.AddressHandle, call.Installation, order.Id) ? LabelRefusals.NotTheHandle()
        : !AddressHandles.HasAddress(order.Buyer?.Sealed ?? PrivateFields.None) ? LabelRefusals.Incomplete()
        : order.Status == OrderStatus.Cancelled ? SyncRefusals.Conflict("The order is cancelled; it takes no waybill.")
        : null;

    private async Task<Outcome<Label>> Make(Call call, LabelRequest request, LabelId id)
    {
        var part = await call.Feed().ReadSealed(request.OrderId, null, CancellationToken.None);
        if (Open(call.Installation.Seller, part).Refusal is { } refusal)
        {
            return refusal;
        }

        var number = Carriers.Number(request.Carrier, id);
        var write = new WriteCommand(
            call.Installation,
            call.EventId,
            call.VisibleFrom(),
            new PluginWrite.TrackOrder(request.OrderId, number, request.Carrier.Name.En)
        );
        var written = await call.Feed().Write(write, CancellationToken.None);
        return written.Refusal is { } refused
            ? refused
            : new Label(
                id,
                call.Installation,
                request.OrderId,
                request.Carrier.Code,
                request.Service,
                number,
                request.WeightG,
                part!.Seq,
                written.Value!.EventId,
                written.Value.Seq
            );
    }

    /// <summary>The address in a sealed part, if it is complete.</summary>
    private Outcome<BuyerAddress> Open(SellerId seller, SealedPart? part)
    {
        if (part is null || part.Bytes.IsEmpty)
        {
            return LabelRefusals.Incomplete();
        }

        if (seal.Open(seller, part.Bytes) is not { } opened)
        {
            return LabelRefusals.Unreadable();
        }

        try
        {
            var address = BuyerAddress.Read(opened);
            return address.IsComplete ? address : LabelRefusals.Incomplete();
        }
        catch (JsonException)
        {
            return LabelRefusals.Unreadable();
        }
    }

    private ILabelGrain Grain(SellerId seller, LabelId id) => grains.GetGrain<ILabelGrain>(GrainKeys.Label(seller, id.Value));
}

/// <summary>A label as printed.</summary>
/// <param name="Label">The label.</param>
/// <param name="Address">The recipient's address.</param>
/// <param name="Place">Region and country.</param>
public sealed record PrintedLabel(Label Label, BuyerAddress Address, PublicBuyer? Place);
