using System.Collections.Frozen;

namespace Marketplace.Catalogue;

/// <summary>The marketplace's description of a scope, whichever plugin requests it.</summary>
/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Risk">Its risk level (R07).</param>
/// <param name="Purpose">Its purpose, unless the plugin declares a better one.</param>
/// <param name="Without">What stops working without it, unless the plugin declares better.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.scope")]
public sealed record ScopeInfo(
    [property: Id(0)] string Scope,
    [property: Id(1)] BilingualText Name,
    [property: Id(2)] RiskLevel Risk,
    [property: Id(3)] BilingualText Purpose,
    [property: Id(4)] BilingualText Without
)
{
    /// <summary>True if grants of the scope expire sooner than the authorisation.</summary>
    public bool IsSensitive => Risk is RiskLevel.R2 or RiskLevel.W2;
}

/// <summary>
/// The list of all scopes with their names and risks. No scope implies another: reading orders never includes writing products (R42).
/// </summary>
public static class ScopeCatalogue
{
    private static readonly FrozenDictionary<string, ScopeInfo> Known = new[]
    {
        Scope(
            "orders.read",
            RiskLevel.R1,
            "读取订单",
            "Read orders",
            "读取订单列表和订单详情。",
            "Reads the list of orders and single orders.",
            "插件看不到任何订单。",
            "The plugin sees no orders."
        ),
        Scope(
            "orders.flag",
            RiskLevel.W1,
            "标记异常订单",
            "Flag orders",
            "把可疑或有问题的订单标记出来。",
            "Marks suspicious or troubled orders.",
            "异常订单不会被标记。",
            "Abnormal orders are not marked."
        ),
        Scope(
            "orders.split",
            RiskLevel.W1,
            "拆分订单",
            "Split orders",
            "把一个订单拆成多个包裹。",
            "Splits an order into parcels.",
            "订单只能整单发货。",
            "Orders ship in one piece only."
        ),
        Scope(
            "orders.merge",
            RiskLevel.W1,
            "合并订单",
            "Merge orders",
            "把同一买家的订单合并发货。",
            "Ships orders of one buyer together.",
            "同一买家的订单分别发货。",
            "Orders of one buyer ship apart."
        ),
        // Rated like the gravest writes: it decrypts a buyer's address, ships a parcel and changes the order.
        Scope(
            "logistics.label.write",
            RiskLevel.W2,
            "制作面单",
            "Make labels",
            "凭地址凭证为订单制作面单；插件看不到买家地址，面单由平台打印给商家。",
            "Makes parcel labels from address handles; the plugin never sees the address, the platform prints the label for the seller.",
            "面单需要人工制作。",
            "Labels are made by hand."
        ),
        Scope(
            "logistics.rate.read",
            RiskLevel.R1,
            "比较运费",
            "Compare rates",
            "按国家和重量比较承运商的运费。",
            "Compares carriers' rates by country and weight.",
            "运费需要人工比较。",
            "Rates are compared by hand."
        ),
        Scope(
            "logistics.read",
            RiskLevel.R1,
            "读取物流",
            "Read logistics",
            "读取运单的物流轨迹。",
            "Reads the track of a waybill.",
            "插件看不到物流轨迹。",
            "The plugin sees no tracks."
        ),
        Scope(
            "logistics.write",
            RiskLevel.W1,
            "写入物流单号",
            "Write tracking numbers",
            "把运单号写回订单。",
            "Writes waybill numbers back to orders.",
            "运单号需要人工填写。",
            "Waybill numbers are typed in by hand."
        ),
        Scope(
            "products.read",
            RiskLevel.R1,
            "读取商品",
            "Read products",
            "读取商品列表。",
            "Reads the list of products.",
            "插件看不到任何商品。",
            "The plugin sees no products."
        ),
        Scope(
            "products.write",
            RiskLevel.W2,
            "修改商品信息",
            "Change products",
            "修改商品的标题、价格、类目和属性。",
            "Changes title, price, category and attributes of products.",
            "插件不能修改商品。",
            "The plugin cannot change products."
        ),
    }.ToFrozenDictionary(scope => scope.Scope, StringComparer.Ordinal);

    /// <summary>All known scopes, by name.</summary>
    public static IEnumerable<ScopeInfo> All => Known.Values.OrderBy(scope => scope.Scope, StringComparer.Ordinal);

    /// <summary>The scope; an undescribed one, such as an upstream's, is treated as the riskiest.</summary>
    public static ScopeInfo Of(string scope) =>
        Known.GetValueOrDefault(scope)
        ?? new ScopeInfo(
            scope,
            new BilingualText(scope, scope),
            RiskLevel.W2,
            new BilingualText("插件未说明用途。", "The plugin does not say what for."),
            new BilingualText("需要此权限的功能不可用。", "What needs this scope does not work.")
        );

    private static ScopeInfo Scope(
        string scope,
        RiskLevel risk,
        string nameZh,
        string nameEn,
        string purposeZh,
        string purposeEn,
        string withoutZh,
        string withoutEn
    ) =>
        new(
            scope,
            new BilingualText(nameZh, nameEn),
            risk,
            new BilingualText(purposeZh, purposeEn),
            new BilingualText(withoutZh, withoutEn)
        );
}
