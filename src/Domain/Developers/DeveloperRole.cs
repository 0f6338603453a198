namespace Marketplace.Developers;

/// <summary>A person's role at a developer of plugins.</summary>
public enum DeveloperRole
{
    /// <summary>May do everything: sign up, change members, accept the agreement.</summary>
    Owner,

    /// <summary>Works on plugins: versions, submissions, clients.</summary>
    Developer,

    /// <summary>Sees what the developer earns; changes nothing about plugins.</summary>
    Finance,
}

/// <summary>Text forms and permissions of the roles.</summary>
public static class DeveloperRoles
{
    /// <summary>The role in tokens and in the journal: <c>owner</c>, <c>developer</c> or <c>finance</c>.</summary>
    public static string Text(this DeveloperRole role) =>
        role switch
        {
            DeveloperRole.Owner => "owner",
            DeveloperRole.Developer => "developer",
            DeveloperRole.Finance => "finance",
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };

    /// <summary>Parses a role, case-sensitive; null for any other text.</summary>
    public static DeveloperRole? Parse(string? text) =>
        text switch
        {
            "owner" => DeveloperRole.Owner,
            "developer" => DeveloperRole.Developer,
            "finance" => DeveloperRole.Finance,
            _ => null,
        };
}
