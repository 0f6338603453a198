using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Enterprises;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Marketplace.Timing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>A seller's actions on its enterprise (R43–R46).</summary>
public static class EnterpriseEndpoints
{
    /// <summary>Registers the encryption and storage of documents.</summary>
    public static void AddEnterpriseDocuments(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<DocumentOptions>, DocumentOptionsValidator>();
        services.AddOptionsWithValidateOnStart<DocumentOptions>().BindConfiguration(DocumentOptions.Section);
        services.AddSingleton<EncryptedDocuments>();
        services.AddPoller<DocumentRenewal>();
    }

    public static void MapEnterprises(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1/enterprise").RequireAuthorization(ClientRoles.Seller).WithTags("Enterprise");
        group.MapPost("", Link).WithSummary("Names the enterprise behind the shop by its unified social credit code.");
        group
            .MapGet("", Get)
            .Takes("seller")
            .WithSummary("The enterprise as this shop sees it: review, documents, due time, sub-accounts.");
        group
            .MapPut("documents/{kind}", Upload)
            .Takes("seller")
            .WithSummary("Uploads one of the three documents: PNG or JPEG in colour, at most 4 MiB.")
            .Bounded(HeavyKind.Picture);
        group
            .MapGet("documents/{kind}", Show)
            .Takes("seller")
            .WithSummary("Shows the shop's own document to its owner; every view is recorded.")
            .Bounded(HeavyKind.Picture);
        group
            .MapPost("submit", Submit)
            .WithSummary("Hands the documents, or a further shop, to the reviewers; also the answer to a question of theirs.");
        SubAccountEndpoints.Map(group);
    }

    private static async Task<IResult> Link(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, EnterpriseApiJson.Default.EnterpriseRequest);
        var seller = SellerRequest.Seller(context, request.Seller);
        if (!Licence.TryParse(request.Licence, null, out var licence))
        {
            throw new RequestProblemException(EnterpriseRefusals.NoLicence());
        }

        var outcome = await Seller(grains, seller).LinkEnterprise(licence, SellerRequest.By(context), context.RequestAborted);
        return View(outcome.OrProblem(), seller);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        return View(await Find(context, grains, seller), seller);
    }

    private static async Task<IResult> Submit(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context, (await SellerRequest.Body(context, EnterpriseApiJson.Default.SubmitRequest)).Seller);
        return View(await Execute(context, grains, seller, new EnterpriseCommand.Submit(seller)), seller);
    }

    private static async Task<IResult> Upload(HttpContext context, IGrainFactory grains, EncryptedDocuments safe)
    {
        var seller = SellerRequest.Seller(context);
        var kind = Kind(context);
        var by = SellerRequest.By(context);
        var before = await Find(context, grains, seller);
        var bytes = await Bytes(context);
        var picture = (await PictureCheck.Inspect(bytes, context.RequestAborted)).OrProblem();
        var stored = await safe.Store(new DocumentPlace(before.State.Licence, seller, kind), picture, bytes, context.RequestAborted);
        try
        {
            var outcome = await Grain(grains, before.State.Licence)
                .Execute(new EnterpriseCommand.AddDocument(seller, kind, stored), by, CancellationToken.None);
            // A key of an earlier release says nothing of its command: one that was used for another document did not add this one.
            var document = outcome.OrProblem().State.Shops.GetValueOrDefault(seller)?.Documents.GetValueOrDefault(kind)
                ?? throw new RequestProblemException(QuotaRefusals.ReusedKey());
            await ForgetOther(
                safe,
                before.State.Shops.GetValueOrDefault(seller)?.Documents.GetValueOrDefault(kind)?.File,
                stored,
                document.File
            );
            return TypedResults.Json(DocumentView.Of(document), EnterpriseApiJson.Readable.DocumentView);
        }
        catch (RequestProblemException)
        {
            // Refused: the ciphertext is and stays unreferenced.
            await safe.Forget(stored, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Records the view first; only then decrypts.</summary>
    private static async Task<IResult> Show(HttpContext context, IGrainFactory grains, EncryptedDocuments safe)
    {
        var seller = SellerRequest.Seller(context);
        SellerRequest.Require(context, SellerRole.Owner);
        var kind = Kind(context);
        // Each view is a separate operation: a repeated key must not show a document without a fact.
        var by = SellerRequest.By(context) with { OperationId = OperationId.Parse(context.CallId()) };
        var licence = (await Find(context, grains, seller)).State.Licence;
        var answer = (
            await Grain(grains, licence).Execute(new EnterpriseCommand.ViewOwnDocument(seller, kind), by, context.RequestAborted)
        ).OrProblem();
        var file = answer.State.Shops[seller].Documents[kind].File;
        var bytes = await safe.Open(new DocumentPlace(licence, seller, kind), file, context.RequestAborted)
            ?? throw new RequestProblemException(EnterpriseRefusals.Unreadable());
        return DocumentAnswer.Of(context, kind, file, bytes);
    }

    private static DocumentKind Kind(HttpContext context) =>
        ReviewStates.Document(context.Request.RouteValues["kind"] as string)
        ?? throw new RequestProblemException(
            ProblemKinds.ParameterInvalid,
            "The document must be licence, identity-front or identity-back."
        );

    /// <summary>
    /// Deletes the previous document if the sent one replaced it, otherwise the sent one: a repeat is answered with the first upload.
    /// </summary>
    private static async Task ForgetOther(EncryptedDocuments safe, DocumentFile? before, DocumentFile sent, DocumentFile answered)
    {
        if ((answered.Id == sent.Id ? before : sent) is { } file)
        {
            await safe.Forget(file, CancellationToken.None);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> Bytes(HttpContext context)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim();
        if (type is not ("image/png" or "image/jpeg"))
        {
            throw new RequestProblemException(ProblemKinds.MediaTypeUnsupported, "Send image/png or image/jpeg.");
        }

        return await RequestBody.Read(context.Request, PictureCheck.MaxBytes, context.RequestAborted)
            ?? throw new RequestProblemException(ProblemKinds.BodyTooLarge, $"The picture is longer than {PictureCheck.MaxBytes} bytes.");
    }

    internal static async Task<EnterpriseAnswer> Execute(
        HttpContext context,
        IGrainFactory grains,
        SellerId seller,
        EnterpriseCommand command
    )
    {
        var licence = (await Find(context, grains, seller)).State.Licence;
        return (await Grain(grains, licence).Execute(command, SellerRequest.By(context), context.RequestAborted)).OrProblem();
    }

    /// <summary>The seller's enterprise.</summary>
    /// <exception cref="RequestProblemException">The seller has none.</exception>
    internal static async Task<EnterpriseAnswer> Find(HttpContext context, IGrainFactory grains, SellerId seller)
    {
        var status = await Seller(grains, seller).GetEntity(context.RequestAborted);
        var answer = Licence.TryParse(status.Licence, null, out var licence)
            ? await Grain(grains, licence).Get(context.RequestAborted)
            : null;
        return answer ?? throw new RequestProblemException(EnterpriseRefusals.NotFound());
    }

    internal static IEnterpriseGrain Grain(IGrainFactory grains, Licence licence) =>
        grains.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence));

    private static ISellerGrain Seller(IGrainFactory grains, SellerId seller) => grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller));

    private static JsonHttpResult<EnterpriseView> View(EnterpriseAnswer answer, SellerId seller) =>
        TypedResults.Json(EnterpriseView.Of(answer, seller), EnterpriseApiJson.Readable.EnterpriseView);
}
