using System.Security.Cryptography;
using System.Text;
using Marketplace.Identity.Browser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Identity.Tests;

/// <summary>What the layout does for every page.</summary>
public sealed class BrowserPageTests : IdentityTest
{
    private static readonly PageHead Head = new(ReaderLanguage.Chinese, "订单 \"1\"");

    [Fact]
    public async Task Texts_are_encoded_once_and_Chinese_stays_readable()
    {
        var (page, _) = await Write(Notice.Of("订单 <b>&amp;</b>"));

        Assert.StartsWith("<!DOCTYPE html>", page.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("<title>订单 &quot;1&quot;</title>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>订单 &lt;b&gt;&amp;amp;&lt;/b&gt;</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_names_the_hash_of_the_style()
    {
        var (page, response) = await Write(Notice.Of("订单"));

        var style = page.Split("<style>")[1].Split("</style>")[0];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"style-src 'sha256-{hash}'", response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_fails_leaves_the_answer_to_the_problem_document()
    {
        await using var host = await IdentityHost.Start(Store);
        var context = Context(host);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            BrowserPage.Write(context, StatusCodes.Status201Created, Head, _ => throw new InvalidOperationException("A page that fails."))
        );

        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        Assert.Empty(context.Response.Headers);
        Assert.Equal(0, context.Response.Body.Length);
    }

    private async Task<(string Page, HttpResponse Response)> Write(RenderFragment body)
    {
        await using var host = await IdentityHost.Start(Store);
        var context = Context(host);
        await BrowserPage.Write(context, StatusCodes.Status200OK, Head, body);
        return (Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()), context.Response);
    }

    private static DefaultHttpContext Context(IdentityHost host) =>
        new() { RequestServices = host.Services, Response = { Body = new MemoryStream() } };
}
