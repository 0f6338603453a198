using System.Collections.Immutable;

namespace Marketplace.Shipments;

/// <summary>
/// Maps a carrier's status text to one of a few words, so that plugins need not know every carrier's language. Searches for words in
/// English, Chinese, Portuguese, Spanish, Russian and German, in the order of <see cref="Words"/>: "returned" before "delivered", since a
/// return is delivered, too.
/// </summary>
public static class TrackStates
{
    public const string Registered = "registered";
    public const string PickedUp = "picked_up";
    public const string InTransit = "in_transit";
    public const string Customs = "customs";
    public const string OutForDelivery = "out_for_delivery";
    public const string ReadyForPickup = "ready_for_pickup";
    public const string Delivered = "delivered";
    public const string Exception = "exception";
    public const string Returned = "returned";
    public const string Unknown = "unknown";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [Registered, PickedUp, InTransit, Customs, OutForDelivery, ReadyForPickup, Delivered, Exception, Returned, Unknown];

    private static readonly ImmutableArray<(string State, string[] Words)> Words =
    [
        (Registered, ["information received", "info received", "data received", "电子信息"]),
        (Returned, ["return", "退回", "退件", "退货", "devol", "devuel", "возврат", "rücksend", "zurück"]),
        (
            Exception,
            [
                "exception",
                "fail",
                "unsuccessful",
                "attempted",
                "undeliver",
                "not delivered",
                "refused",
                "lost",
                "damage",
                "delay",
                "problem",
                "异常",
                "失败",
                "拒收",
                "丢失",
                "破损",
                "延误",
                "未妥投",
                "não entregue",
                "extravi",
                "recusad",
                "fallid",
                "rechazad",
                "no entregado",
                "не удал",
                "не вручен",
                "утер",
                "fehlgeschlagen",
                "verweigert",
                "beschädigt",
            ]
        ),
        (
            OutForDelivery,
            [
                "out for delivery",
                "out_for_delivery",
                "on vehicle for delivery",
                "with courier",
                "派送",
                "派件",
                "saiu para entrega",
                "em rota de entrega",
                "en reparto",
                "en ruta de entrega",
                "передано курьер",
                "in zustellung",
            ]
        ),
        (
            ReadyForPickup,
            [
                "ready for pickup",
                "ready for collection",
                "available for pickup",
                "await collection",
                "awaiting collection",
                "pickup point",
                "待取",
                "自提",
                "驿站",
                "aguardando retirada",
                "listo para recoger",
                "пункт выдачи",
                "abholbereit",
            ]
        ),
        (InTransit, ["to be delivered", "will be delivered", "being delivered"]),
        (
            Delivered,
            [
                "delivered",
                "signed for",
                "signed by",
                "received by recipient",
                "签收",
                "妥投",
                "已送达",
                "entregue",
                "entregado",
                "вручен",
                "доставлен",
                "zugestellt",
            ]
        ),
        (Customs, ["customs", "clearance", "清关", "海关", "alfândega", "alfandeg", "aduan", "тамож", "zoll"]),
        (
            PickedUp,
            [
                "picked up",
                "picked_up",
                "pick-up",
                "pickup",
                "collected",
                "accepted by",
                "acceptance",
                "揽收",
                "揽件",
                "收件",
                "postado",
                "coletado",
                "recogido",
                "принят",
                "abgeholt",
            ]
        ),
        (
            InTransit,
            [
                "transit",
                "depart",
                "arriv",
                "sorting",
                "left ",
                "hub",
                "flight",
                "shipped",
                "dispatched",
                "moving",
                "sent",
                "运输",
                "转运",
                "到达",
                "离开",
                "发往",
                "中转",
                "发货",
                "trânsito",
                "encaminhado",
                "tránsito",
                "transito",
                "en camino",
                "в пути",
                "прибыл",
                "покинул",
                "unterwegs",
            ]
        ),
        (
            Registered,
            [
                "label",
                "registered",
                "created",
                "information received",
                "info received",
                "pre-advice",
                "下单",
                "已创建",
                "电子信息",
                "etiqueta",
                "registrad",
                "зарегистр",
                "angekündigt",
            ]
        ),
    ];

    /// <summary>The state, if it is one of <see cref="All"/>; otherwise null.</summary>
    public static string? Named(string? state) => state is not null && All.Contains(state) ? state : null;

    /// <summary>The state for a carrier's text; <see cref="Unknown"/> if it contains no known word.</summary>
    public static string Of(string status)
    {
        ArgumentNullException.ThrowIfNull(status);
        foreach (var (state, words) in Words)
        {
            if (words.Any(word => status.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return state;
            }
        }

        return Unknown;
    }
}
