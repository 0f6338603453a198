using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace.Silo.Demo;

/// <summary>The demo plugins' manifests: certified minimal and optional scopes, each with its purpose (R42).</summary>
internal static class DemoManifests
{
    // R69: what most sellers need of an order plugin, and no more.
    private static readonly ScopePreset ReadAndTrack = new(
        new BilingualText("读取订单 + 写入物流单号", "Read orders + write tracking numbers"),
        ["logistics.write", "orders.read"]
    );

    private static readonly ImmutableDictionary<string, PluginManifest> Manifests = new Dictionary<string, PluginManifest>
    {
        ["order-pilot"] = Manifest(
            [ReadAndTrack],
            Required(
                "orders.read",
                "读取新订单并排入处理队列。",
                "Reads new orders and queues them for handling.",
                "无法处理任何订单。",
                "No order can be handled."
            ),
            Required(
                "logistics.write",
                "发货后把运单号写回订单。",
                "Writes the waybill number back once an order has shipped.",
                "运单号需要人工填写。",
                "Waybill numbers are typed in by hand."
            ),
            Optional(
                "logistics.read",
                "跟踪运单，发现停滞的包裹。",
                "Follows waybills to find parcels that do not move.",
                "不提示停滞的包裹。",
                "Parcels that do not move go unnoticed."
            ),
            Optional(
                "orders.flag",
                "把疑似欺诈或地址有误的订单标记出来。",
                "Marks orders that look like fraud or have a bad address.",
                "异常订单不会被标记。",
                "Abnormal orders are not marked."
            ),
            Optional(
                "orders.merge",
                "同一买家的多个订单合并发货。",
                "Ships several orders of one buyer together.",
                "同一买家的订单分别发货。",
                "Orders of one buyer ship apart."
            ),
            Optional(
                "orders.split",
                "按库存把订单拆成多个包裹。",
                "Splits orders into parcels by what is in stock.",
                "订单只能整单发货。",
                "Orders ship in one piece only."
            )
        ),
        ["label-printer"] = Manifest(
            [ReadAndTrack],
            Required(
                "orders.read",
                "读取待发货订单以打印面单。",
                "Reads orders to be shipped, to print their labels.",
                "无法打印面单。",
                "No label can be printed."
            ),
            Required(
                "logistics.write",
                "打印后把运单号写回订单。",
                "Writes the waybill number back after printing.",
                "运单号需要人工填写。",
                "Waybill numbers are typed in by hand."
            ),
            Optional(
                "logistics.label.write",
                "凭地址凭证制作面单，插件看不到买家地址。",
                "Makes labels from address handles without seeing the buyer's address.",
                "面单需要在商家中心人工制作。",
                "Labels are made by hand in Seller Center."
            ),
            Optional(
                "logistics.rate.read",
                "在制作面单前比较承运商运费。",
                "Compares carriers' rates before a label is made.",
                "运费需要人工比较。",
                "Rates are compared by hand."
            ),
            Optional(
                "logistics.read",
                "在面单记录旁显示物流状态。",
                "Shows the state of delivery beside each label.",
                "看不到物流状态。",
                "The state of delivery is not shown."
            )
        ),
        ["epr-helper"] = Manifest(
            [],
            Required(
                "products.read",
                "读取商品类目和重量以计算 EPR 申报。",
                "Reads category and weight of products to work out EPR declarations.",
                "无法计算申报。",
                "Nothing can be declared."
            ),
            Optional(
                "orders.read",
                "按国家统计销量，填入申报数量。",
                "Counts sales by country for the declared quantities.",
                "申报数量需要人工填写。",
                "Quantities are typed in by hand."
            )
        ),
        ["lingua"] = Manifest(
            [],
            Required(
                "products.read",
                "读取商品标题和属性作为翻译原文。",
                "Reads titles and attributes as the text to translate.",
                "没有可翻译的内容。",
                "There is nothing to translate."
            ),
            Required(
                "products.write",
                "把译文写回商品标题和属性，不修改价格和主图。",
                "Writes translations back to titles and attributes; never changes price or main image.",
                "译文需要人工粘贴。",
                "Translations are pasted in by hand."
            ) with
            {
                // R70: enforced by the risk rules as the purpose states. A main image is an attribute, too, but not a translated one.
                Touches = ["attributes.colour_*", "attributes.description_*", "attributes.material_*", "attributes.title_*", "title"],
            }
        ),
        ["sales-board"] = Manifest(
            [],
            Required("orders.read", "统计销量和销售额。", "Counts sales and turnover.", "看板没有数据。", "The board stays empty."),
            Optional(
                "products.read",
                "按商品和类目显示销量。",
                "Shows sales by product and category.",
                "只显示总销量。",
                "Only totals are shown."
            )
        ),
        ["peak-dashboard"] = Manifest(
            [],
            Required(
                "orders.read",
                "实时统计大促订单。",
                "Counts orders of a sales peak as they come.",
                "看板没有数据。",
                "The board stays empty."
            ),
            Optional(
                "logistics.read",
                "显示大促包裹的运输进度。",
                "Shows how parcels of the peak travel.",
                "看不到运输进度。",
                "Travel is not shown."
            ),
            Optional(
                "orders.flag",
                "标记大促期间的异常订单。",
                "Marks abnormal orders during the peak.",
                "异常订单不会被标记。",
                "Abnormal orders are not marked."
            ),
            Optional(
                "products.read",
                "按商品显示库存压力。",
                "Shows pressure on stock by product.",
                "只显示总量。",
                "Only totals are shown."
            )
        ),
    }.ToImmutableDictionary();

    public static PluginManifest Of(string plugin) =>
        Manifests[plugin] with
        {
            Support = new SupportContact($"support@{plugin}.example", $"https://{plugin}.example/support"),
        };

    private static PluginManifest Manifest(ImmutableArray<ScopePreset> presets, params ImmutableArray<ScopeDeclaration> scopes) =>
        new(1, scopes, Agreement.Standard, null, presets);

    private static ScopeDeclaration Required(string scope, string purposeZh, string purposeEn, string withoutZh, string withoutEn) =>
        new(scope, true, new BilingualText(purposeZh, purposeEn), new BilingualText(withoutZh, withoutEn));

    private static ScopeDeclaration Optional(string scope, string purposeZh, string purposeEn, string withoutZh, string withoutEn) =>
        Required(scope, purposeZh, purposeEn, withoutZh, withoutEn) with
        {
            Required = false,
        };
}
