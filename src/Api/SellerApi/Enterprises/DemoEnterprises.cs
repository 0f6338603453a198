using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http.Problems;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using SkiaSharp;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>Gives demo sellers a verified demo enterprise, by the commands of a seller and a reviewer.</summary>
public sealed class DemoEnterprises
{
    private const int Width = 1_200;
    private const int Height = 800;

    private static readonly Lazy<byte[]> Drawing = new(Draw);
    private readonly IGrainFactory _grains;
    private readonly EncryptedDocuments _safe;

    internal DemoEnterprises(IGrainFactory grains, EncryptedDocuments safe) => (_grains, _safe) = (grains, safe);

    /// <summary>Executes the missing steps until the seller's enterprise is verified.</summary>
    /// <param name="seller">The seller.</param>
    /// <param name="by">The actor; each step is an operation of its own derived from this one.</param>
    /// <param name="cancellationToken">Cancels between two steps.</param>
    /// <exception cref="RequestProblemException">A step is refused.</exception>
    public async Task Verify(SellerId seller, Initiator by, CancellationToken cancellationToken)
    {
        var shop = _grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller));
        var status = await shop.GetEntity(cancellationToken);
        if (status.Approved)
        {
            return;
        }

        var licence = status.Licence is { } named ? Licence.Parse(named, null) : LicenceOf(seller);
        var answer = (await shop.LinkEnterprise(licence, Step("link"), cancellationToken)).OrProblem();
        foreach (
            var kind in Document.Required.Where(kind => answer.State.Shops.GetValueOrDefault(seller)?.Documents.ContainsKey(kind) != true)
        )
        {
            var file = await _safe.Store(
                new DocumentPlace(licence, seller, kind),
                new Picture("image/png", Width, Height),
                Drawing.Value,
                cancellationToken
            );
            await Execute(new EnterpriseCommand.AddDocument(seller, kind, file), Step(kind.Text()));
        }

        await Execute(new EnterpriseCommand.Submit(seller), Step("submit"));
        await Execute(new EnterpriseCommand.Claim(), Step("claim") with { Actor = ActorId.Parse("demo-reviewer") });
        await Execute(new EnterpriseCommand.Approve(null), Step("approve") with { Actor = ActorId.Parse("demo-reviewer") });

        Initiator Step(string name) => by with { OperationId = by.OperationId.Step(name) };

        async Task Execute(EnterpriseCommand command, Initiator step) =>
            (await _grains.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence)).Execute(command, step, cancellationToken)).OrProblem();
    }

    /// <summary>A valid code, constant per seller: a fictitious enterprise of Shenzhen.</summary>
    private static Licence LicenceOf(SellerId seller)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(seller.Value));
        var body = "91440300" + string.Concat(hash.Take(9).Select(b => Alphabet[b % Alphabet.Length]));
        return Licence.Parse(body + Licence.CheckCharacter(body), null);
    }

    private static byte[] Draw()
    {
        using var bitmap = new SKBitmap(Width, Height);
        using var canvas = new SKCanvas(bitmap);
        using var seal = new SKPaint { Color = SKColors.Firebrick };
        canvas.Clear(SKColors.LightGoldenrodYellow);
        canvas.DrawCircle(Width / 2f, Height / 2f, Height / 4f, seal);
        canvas.Flush();
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
