using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Orders;

namespace Marketplace.Products;

/// <summary>
/// One product in memory. Each field has the value of the latest event that names it, the platform's or a plugin's; attributes patched by a
/// plugin override the platform's until the platform sends newer ones.
/// </summary>
internal sealed class ProductEntry(string id, long position)
{
    private Latest<string> _title;
    private Latest<string> _category;
    private Latest<decimal?> _price;
    private Latest<string> _currency;
    private Latest<int?> _weight;
    private Latest<ImmutableSortedDictionary<string, string>> _attributes;
    private Dictionary<string, Latest<string>>? _patched;
    private long _newestTicks;

    /// <summary>Feed position of its first event, and its position in lists.</summary>
    public long Position { get; } = position;

    public long Version { get; private set; }

    public long UpdatedSeq { get; private set; }

    public long NewestTicks => _newestTicks;

    public void Update(EventContent.ProductUpdated product, Stamp stamp, long seq)
    {
        Touch(stamp, seq);
        Set(ref _title, product.Title, stamp);
        Set(ref _category, product.Category, stamp);
        Set(ref _currency, product.Currency, stamp);
        Set(ref _attributes, product.Attributes, stamp);
        if (product.Price is { } price)
        {
            _price.Set(price, stamp);
        }

        if (product.WeightG is { } weight)
        {
            _weight.Set(weight, stamp);
        }
    }

    public void Patch(EventContent.ProductPatched patch, Stamp stamp, long seq)
    {
        Touch(stamp, seq);
        Set(ref _title, patch.Title, stamp);
        Set(ref _category, patch.Category, stamp);
        if (patch.Price is { } price)
        {
            _price.Set(price, stamp);
        }

        foreach (var (name, text) in patch.Attributes ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            _patched ??= new Dictionary<string, Latest<string>>(StringComparer.Ordinal);
            var latest = _patched.GetValueOrDefault(name);
            latest.Set(text, stamp);
            _patched[name] = latest;
        }
    }

    public ProductView View() =>
        new(id, Version, UpdatedSeq)
        {
            Title = _title.Value,
            Category = _category.Value,
            Price = _price.Value,
            Currency = _currency.Value,
            WeightG = _weight.Value,
            Attributes = Attributes(),
        };

    private static void Set<T>(ref Latest<T> latest, T? value, Stamp stamp)
        where T : class
    {
        if (value is not null)
        {
            latest.Set(value, stamp);
        }
    }

    private void Touch(Stamp stamp, long seq) =>
        (Version, UpdatedSeq, _newestTicks) = (Version + 1, seq, Math.Max(_newestTicks, stamp.Ticks));

    private ImmutableSortedDictionary<string, string> Attributes()
    {
        var attributes = (_attributes.Value ?? ImmutableSortedDictionary<string, string>.Empty).WithComparers(StringComparer.Ordinal);
        return _patched is null
            ? attributes
            : attributes.SetItems(
                _patched
                    .Where(patch => patch.Value.Stamp.CompareTo(_attributes.Stamp) > 0)
                    .Select(patch => KeyValuePair.Create(patch.Key, patch.Value.Value!))
            );
    }
}
