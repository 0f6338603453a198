using System.Net.Mime;
using System.Text.Json;

namespace Marketplace.Api.Tests.Reference;

/// <summary>
/// Holds every JSON answer that any test sees against the schema that the OpenAPI document gives for it: an answer that is documented
/// otherwise fails the test that saw it.
/// </summary>
internal sealed class ContractHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Document = "/openapi/v1.json";

    private Contract? _contract;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (
            type is not (MediaTypeNames.Application.Json or MediaTypeNames.Application.ProblemJson)
            || request.RequestUri?.AbsolutePath is not { } path
            || path == Document
            || request.Method == HttpMethod.Head
        )
        {
            return response;
        }

        _contract ??= await Load(request.RequestUri, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var wrong = _contract.Check(request.Method.Method, path, (int)response.StatusCode, type, body);
        return wrong is null
            ? response
            : throw new Xunit.Sdk.XunitException(
                $"{request.Method} {path} answered {(int)response.StatusCode} against its document: {wrong}"
            );
    }

    private async Task<Contract> Load(Uri any, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(any, Document));
        using var answer = await base.SendAsync(request, cancellationToken);
        return new Contract(JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken)));
    }
}
