namespace Marketplace.Labels;

/// <summary>The refusals of parcel labels. None repeats the input or reveals anything of the address.</summary>
public static class LabelRefusals
{
    public const string HandleInvalid = "address-handle-invalid";
    public const string AddressIncomplete = "address-incomplete";
    public const string AddressUnreadable = "address-unreadable";
    public const string CarrierUnknown = "carrier-unknown";
    public const string LabelNotFound = "label-not-found";

    private const string Plugin = "plugin";
    private const string Platform = "platform";

    public static Refusal NotTheHandle() =>
        new(
            HandleInvalid,
            "The address handle is not this installation's handle of the order.",
            Plugin,
            "Use 'address_handle' as the order shows it to this installation."
        );

    public static Refusal Incomplete() =>
        new(
            AddressIncomplete,
            "The marketplace has no address of the order that a label could be made from.",
            Platform,
            "Have the order sent again with the buyer's name and street, each part of the address a text of at most 300 characters."
        );

    public static Refusal Unreadable() =>
        new(
            AddressUnreadable,
            "The address cannot be opened: the key that it was sealed with is not there.",
            Platform,
            "Bring the key ring back that belongs to the store."
        );

    public static Refusal NoCarrier() =>
        new(
            CarrierUnknown,
            $"'carrier' must be one of {string.Join(", ", Carriers.All.Select(carrier => carrier.Code))}, and 'service' one of "
                + $"its services.",
            Plugin,
            "Name a carrier and a service from the documentation."
        );

    public static Refusal NotFound() =>
        new(LabelNotFound, "The seller has no such label.", "seller", "Take the label's id from the plugin that made it.");
}
