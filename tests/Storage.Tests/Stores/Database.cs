namespace Marketplace.Storage.Tests.Stores;

/// <summary>Every contract is run against both.</summary>
public enum Database
{
    Sqlite,
    PostgreSql,
}
