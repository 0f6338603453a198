using System.Globalization;
using System.Text;
using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Tests;

/// <summary>
/// The cases by which the libraries of the Standard Webhooks specification check their own verification, with the specification's message
/// and secret.
/// </summary>
public sealed class WebhookSignatureTests
{
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string Another = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    [Theory]
    [InlineData(Secret)]
    [InlineData("whsec_" + Secret)]
    public void The_specifications_message_is_valid_with_and_without_the_secrets_prefix(string secret) =>
        Assert.Null(Fault(secret, Id, Timestamp, Signature));

    [Fact]
    public void One_valid_signature_among_others_is_enough() =>
        Assert.Null(Fault(Secret, Id, Timestamp, $"v1,{Another} v2,{Another} {Signature} v1,{Another}"));

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1,g0hM9")]
    [InlineData("v1,dawfeoifkpqwoekfpqoekf")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLawdd")]
    [InlineData("v1," + Another)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Any_other_signature_is_refused(string signature) =>
        Assert.Equal("is not signed with the endpoint's secret", Fault(Secret, Id, Timestamp, signature));

    [Theory]
    [InlineData("", Timestamp)]
    [InlineData(Id, "")]
    [InlineData(Id, "hello")]
    public void A_message_without_an_id_or_a_timestamp_is_refused(string id, string timestamp) =>
        Assert.Equal("has no webhook-id or no webhook-timestamp", Fault(Secret, id, timestamp, Signature));

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_timestamp_may_be_five_minutes_off(int seconds, bool isValid)
    {
        var timestamp = (Now.ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
        var signature = "v1," + Convert.ToBase64String(WebhookSignature.Of(Secret, Id, timestamp, Encoding.UTF8.GetBytes(Body)));

        Assert.Equal(isValid ? null : "has a timestamp that is more than five minutes off", Fault(Secret, Id, timestamp, signature));
    }

    [Theory]
    [InlineData("msg_other", Body)]
    [InlineData(Id, """{"test": 2432232315}""")]
    public void A_signature_is_of_its_message_only(string id, string body) =>
        Assert.NotNull(WebhookSignature.Fault(Secret, new WebhookHeaders(id, Timestamp, Signature), Encoding.UTF8.GetBytes(body), Now));

    private static string? Fault(string secret, string id, string timestamp, string signature) =>
        WebhookSignature.Fault(secret, new WebhookHeaders(id, timestamp, signature), Encoding.UTF8.GetBytes(Body), Now);
}
