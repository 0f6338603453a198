using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Tests;

public sealed class OlistFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replay-files").FullName;

    public OlistFolderTests()
    {
        File.WriteAllText(
            At("orders.csv"),
            """
            order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
            "o1",c1,delivered,1/5/2018 9:07,1/5/2018 9:30,1/5/2018 8:00,1/9/2018 10:00,10/15/2017 0:00
            o2,c2,canceled,7/1/2018 12:00,,,,7/20/2018 0:00
            o3,c3,unavailable,7/1/2018 12:00,,,,
            """
        );
        File.WriteAllText(
            At("order_items.csv"),
            """
            order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
            o1,1,p1,s1,1/8/2018 0:00,"10.50",1
            o1,2,p2,s2,1/8/2018 0:00,20,2.25
            o2,1,p1,s1,7/8/2018 0:00,10.5,1
            """
        );
        File.WriteAllText(
            At("order_payments.csv"),
            """
            pay_pk,order_id,payment_sequential,payment_type,payment_installments,payment_value
            1,o1,2,voucher,1,10
            2,o1,1,credit_card,1,23.75
            """
        );
        File.WriteAllText(
            At("customers.csv"),
            """"
            customer_pk,customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
            1,c1,u1,3052,"santa bárbara d'oeste, ""centro""",SP
            """"
        );
        File.WriteAllText(At("sellers.csv"), "seller_pk,seller_id,seller_zip_code_prefix,seller_city,seller_state\n1,s1,1,x,MG\n");
        File.WriteAllText(At("products.csv"), "product_pk,product_id,product_category_name,product_weight_g\n1,p1,,\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_order_of_two_sellers_is_one_order_of_each_and_its_payments_add_up()
    {
        var dataset = OlistFolder.Read(_folder);

        var (first, second) = (dataset.OrdersOf("s1").First(), Assert.Single(dataset.OrdersOf("s2")));
        Assert.Equal("o1", first.Id);
        Assert.Equal("o1", second.Id);
        Assert.Equal(11.50m, first.Total);
        Assert.Equal(2, Assert.Single(second.Items).Line);
        Assert.Equal(["credit_card", "voucher"], first.Payments.Select(payment => payment.Type));
        Assert.Equal(33.75m, first.Payments.Concat(second.Payments).Sum(payment => payment.Amount));
    }

    [Fact]
    public void Instants_are_Sao_Paulo_time_and_the_hour_that_spring_skips_is_the_next()
    {
        var times = OlistFolder.Read(_folder).OrdersOf("s2").Single().Times;

        Assert.Equal(new DateTimeOffset(2018, 1, 5, 11, 7, 0, TimeSpan.Zero), times.Created);
        Assert.Equal(new DateTimeOffset(2017, 10, 15, 3, 0, 0, TimeSpan.Zero), times.EstimatedDelivery);
    }

    [Fact]
    public void A_cancelled_order_ends_a_minute_after_what_happened_last()
    {
        var order = OlistFolder.Read(_folder).OrdersOf("s1").Single(order => order.Id == "o2");

        Assert.Equal(("cancelled", "canceled"), (order.Status, order.CancelReason));
        Assert.Equal(order.Times.Created.AddMinutes(1), order.Times.Cancelled);
        Assert.Null(order.Times.Paid);
        Assert.Null(order.Waybill);
    }

    [Fact]
    public void Quoted_texts_are_read_and_lost_zeros_restored()
    {
        var buyer = OlistFolder.Read(_folder).OrdersOf("s2").Single().Buyer;

        Assert.Equal("santa bárbara d'oeste, \"centro\"", buyer.City);
        Assert.Equal("03052", buyer.Postcode);
    }

    [Fact]
    public void An_order_without_items_is_skipped_and_counted() =>
        Assert.Equal(1, OlistFolder.Read(_folder).Skipped["orders without items"]);

    [Fact]
    public async Task Files_replay_with_nothing_missing_or_different()
    {
        await using var server = await TestServer.Start();

        var (exit, report, output) = await Runs.Run(server, "--data", _folder);

        Assert.True(exit == 0, output);
        Assert.Equal(3, report.Number("orders", "checked"));
    }

    [Theory]
    [InlineData("order_items.csv", "order_id,price\nx,1\n", "has no column")]
    [InlineData("orders.csv", "", "orders.csv")]
    public void A_file_of_another_form_is_told(string name, string content, string told)
    {
        File.WriteAllText(At(name), content);

        Assert.Contains(told, Assert.Throws<UsageException>(() => OlistFolder.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_instant_is_told_with_its_line()
    {
        File.AppendAllText(At("orders.csv"), "\no9,c1,delivered,yesterday,,,,\n");

        Assert.Contains(
            "orders.csv line 5",
            Assert.Throws<UsageException>(() => OlistFolder.Read(_folder)).Message,
            StringComparison.Ordinal
        );
    }

    private string At(string name) => Path.Combine(_folder, name);
}
