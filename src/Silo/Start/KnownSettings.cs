using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Marketplace.Silo.Demo;

namespace Marketplace.Silo.Start;

/// <summary>
/// All settings under <c>Marketplace</c>, discovered in the code that uses them: the properties of every options class with a constant
/// <c>Section</c>, and every constant that starts with <c>Marketplace:</c>. A new options class needs no registration here.
/// </summary>
internal sealed class KnownSettings
{
    public const string Root = "Marketplace";

    // Read by name before the options exist.
    private const string DemoSetting = Root + ":Demo";
    private const string DataFolderSetting = Root + ":DataFolder";
    private const string RegionSetting = Root + ":Region";

    private readonly SettingNode _root = new(Root);

    private KnownSettings(IEnumerable<Assembly> assemblies)
    {
        NodeAt(DemoSetting).Add(typeof(bool), null);
        NodeAt(DemoMarketplace.CatalogueSetting).Add(typeof(bool), null);
        NodeAt(DataFolderSetting).Add(typeof(string), null);
        NodeAt(RegionSetting).Add(typeof(string), null);
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()))
        {
            foreach (
                var constant in type.GetFields(
                    BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            {
                if (
                    constant is { IsLiteral: true }
                    && constant.FieldType == typeof(string)
                    && constant.GetRawConstantValue() is string value
                )
                {
                    Add(type, constant.Name, value);
                }
            }
        }
    }

    /// <summary>The settings of this program.</summary>
    public static KnownSettings OfProgram { get; } = new(ProductAssemblies());

    /// <summary>The node at a path that begins with <c>Marketplace</c>; null for an unknown setting or section.</summary>
    public SettingNode? Find(string path)
    {
        var node = (SettingNode?)_root;
        foreach (var part in path.Split(':').Skip(1))
        {
            node = node?.Child(part);
        }

        return node;
    }

    /// <summary>Full names of all settings with a value.</summary>
    public IEnumerable<string> Names() => _root.Leaves();

    private static IEnumerable<Assembly> ProductAssemblies()
    {
        var own = typeof(KnownSettings).Assembly;
        return own.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("Marketplace.", StringComparison.Ordinal))
            .Select(Assembly.Load)
            .Append(own);
    }

    private void Add(Type type, string name, string value)
    {
        var isUnderRoot = value.StartsWith(Root + ":", StringComparison.Ordinal);
        if (name == "Section" && (isUnderRoot || value == Root))
        {
            NodeAt(value).AddProperties(type);
        }
        else if (isUnderRoot && !value.Contains(' ') && !value.EndsWith(':'))
        {
            NodeAt(value).AllowAny();
        }
    }

    private SettingNode NodeAt(string path) => path.Split(':').Skip(1).Aggregate(_root, (node, part) => node.Make(part));
}

/// <summary>A setting, or a section of settings.</summary>
internal sealed class SettingNode(string path)
{
    private readonly Dictionary<string, SettingNode> _children = new(StringComparer.OrdinalIgnoreCase);
    private SettingNode? _element;
    private Type? _type;
    private RangeAttribute? _range;
    private bool _any;

    public string Path => path;

    /// <summary>Names of this section's settings.</summary>
    public IEnumerable<string> Names => _children.Keys.Order(StringComparer.Ordinal);

    public SettingNode? Child(string name) =>
        _children.GetValueOrDefault(name) ?? _element ?? (_any && int.TryParse(name, out _) ? this : null);

    public SettingNode Make(string name) =>
        _children.TryGetValue(name, out var known) ? known : _children[name] = new SettingNode($"{path}:{name}");

    public IEnumerable<string> Leaves() =>
        _children.Values.SelectMany(child => child.Leaves()).Concat(_type is not null || _any || _element is not null ? [path] : []);

    /// <summary>A setting of unknown type: a text or a list of texts.</summary>
    public void AllowAny() => _any = _type is null && _element is null && _children.Count == 0;

    public void AddProperties(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite || ElementOf(property.PropertyType) is not null)
            {
                Make(property.Name).Add(property.PropertyType, property.GetCustomAttribute<RangeAttribute>());
            }
        }
    }

    public void Add(Type type, RangeAttribute? range)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (TypeDescriptor.GetConverter(plain).CanConvertFrom(typeof(string)))
        {
            (_type, _range) = (type, range);
        }
        else if (ElementOf(plain) is { } element)
        {
            _element = new SettingNode(path);
            _element.Add(element, range);
        }
        else
        {
            AddProperties(plain);
        }
    }

    /// <summary>The defect of a value; null if it is valid.</summary>
    public string? Refuse(string value)
    {
        if (_type is null)
        {
            return _any || value.Length == 0 ? null : $"{path} is a section; its settings are {string.Join(", ", Names)}";
        }

        var plain = Nullable.GetUnderlyingType(_type) ?? _type;
        return
            plain == typeof(string)
            || (value.Length == 0 && plain != _type)
            || (value.Length == 0 && !plain.IsValueType)
            || IsAllowed(plain, value)
            ? null
            : $"{path} is '{value}'; allowed is {Allowed(plain)}";
    }

    private static Type? ElementOf(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        var list = type.GetInterfaces()
            .Append(type)
            .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        var element = type == typeof(string) ? null : list?.GetGenericArguments()[0];
        return element is { IsGenericType: true } && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? element.GetGenericArguments()[1]
            : element;
    }

    private bool IsAllowed(Type plain, string value)
    {
        if (plain.IsEnum)
        {
            return Enum.GetNames(plain).Contains(value, StringComparer.OrdinalIgnoreCase);
        }

        try
        {
            var converted = TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(value);
            return converted is not null && _range?.IsValid(converted) != false;
        }
        catch (Exception e)
            when (e is FormatException or NotSupportedException or ArgumentException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }

    private string Allowed(Type plain)
    {
        var kind =
            plain.IsEnum ? string.Join(" or ", Enum.GetNames(plain))
            : plain == typeof(bool) ? "true or false"
            : plain == typeof(TimeSpan) ? "a duration, d.hh:mm:ss"
            : plain == typeof(Uri) ? "an address"
            : plain == typeof(DateTimeOffset) ? "an instant, for example 2026-11-29T08:00:00Z"
            : plain == typeof(int) || plain == typeof(long) ? "a whole number"
            : plain == typeof(decimal) || plain == typeof(double) ? "a number"
            : plain.Name;
        return _range is null ? kind : FormattableString.Invariant($"{kind} from {_range.Minimum} to {_range.Maximum}");
    }
}
