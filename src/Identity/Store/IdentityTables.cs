namespace Marketplace.Identity.Store;

/// <summary>
/// Tables added after the first release: created where missing, so that an earlier release's store keeps working. Must match the model of
/// <see cref="IdentityContext"/>, which creates new stores.
/// </summary>
internal static class IdentityTables
{
    public static string Later(IdentityStore store) =>
        store is IdentityStore.Sqlite
            ? """
                CREATE TABLE IF NOT EXISTS "RefreshFamilies" (
                    "FamilyId" TEXT NOT NULL CONSTRAINT "PK_RefreshFamilies" PRIMARY KEY,
                    "ClientId" TEXT NOT NULL,
                    "Installation" TEXT NOT NULL,
                    "Head" INTEGER NOT NULL,
                    "ExpiresAtMs" INTEGER NOT NULL,
                    "EndedAtMs" INTEGER NULL
                );
                CREATE TABLE IF NOT EXISTS "IssuerKeys" (
                    "Issuer" TEXT NOT NULL CONSTRAINT "PK_IssuerKeys" PRIMARY KEY,
                    "KeyId" TEXT NOT NULL,
                    "ProtectedKey" TEXT NOT NULL
                );
                CREATE TABLE IF NOT EXISTS "MarketplaceKeys" (
                    "No" INTEGER NOT NULL CONSTRAINT "PK_MarketplaceKeys" PRIMARY KEY,
                    "CreatedAtMs" INTEGER NOT NULL,
                    "PublicKey" TEXT NOT NULL,
                    "ProtectedKey" TEXT NOT NULL
                );
                CREATE TABLE IF NOT EXISTS "MarketplaceSecrets" (
                    "Name" TEXT NOT NULL CONSTRAINT "PK_MarketplaceSecrets" PRIMARY KEY,
                    "CreatedAtMs" INTEGER NOT NULL,
                    "ProtectedSecret" TEXT NOT NULL
                );
                CREATE TABLE IF NOT EXISTS "SubjectTokenUses" (
                    "TokenKey" TEXT NOT NULL CONSTRAINT "PK_SubjectTokenUses" PRIMARY KEY,
                    "ExpiresAtMs" INTEGER NOT NULL
                );
                CREATE INDEX IF NOT EXISTS "IX_SubjectTokenUses_ExpiresAtMs" ON "SubjectTokenUses" ("ExpiresAtMs");
                CREATE TABLE IF NOT EXISTS "Sessions" (
                    "SessionId" TEXT NOT NULL CONSTRAINT "PK_Sessions" PRIMARY KEY,
                    "Scheme" TEXT NOT NULL,
                    "Name" TEXT NOT NULL,
                    "Seller" TEXT NULL,
                    "StartedAtMs" INTEGER NOT NULL,
                    "ExpiresAtMs" INTEGER NOT NULL
                );
                """
            : $"""
                CREATE TABLE IF NOT EXISTS {IdentityNames.DatabaseSchema}."RefreshFamilies" (
                    "FamilyId" character varying(100) NOT NULL CONSTRAINT "PK_RefreshFamilies" PRIMARY KEY,
                    "ClientId" character varying(100) NOT NULL,
                    "Installation" character varying(140) NOT NULL,
                    "Head" integer NOT NULL,
                    "ExpiresAtMs" bigint NOT NULL,
                    "EndedAtMs" bigint NULL
                );
                CREATE TABLE IF NOT EXISTS {IdentityNames.DatabaseSchema}."IssuerKeys" (
                    "Issuer" character varying(200) NOT NULL CONSTRAINT "PK_IssuerKeys" PRIMARY KEY,
                    "KeyId" character varying(64) NOT NULL,
                    "ProtectedKey" text NOT NULL
                );
                CREATE TABLE IF NOT EXISTS {IdentityNames.DatabaseSchema}."MarketplaceKeys" (
                    "No" integer NOT NULL CONSTRAINT "PK_MarketplaceKeys" PRIMARY KEY,
                    "CreatedAtMs" bigint NOT NULL,
                    "PublicKey" character varying(64) NOT NULL,
                    "ProtectedKey" text NOT NULL
                );
                CREATE TABLE IF NOT EXISTS {IdentityNames.DatabaseSchema}."MarketplaceSecrets" (
                    "Name" character varying(64) NOT NULL CONSTRAINT "PK_MarketplaceSecrets" PRIMARY KEY,
                    "CreatedAtMs" bigint NOT NULL,
                    "ProtectedSecret" text NOT NULL
                );
                CREATE TABLE IF NOT EXISTS {IdentityNames.DatabaseSchema}."SubjectTokenUses" (
                    "TokenKey" character varying(64) NOT NULL CONSTRAINT "PK_SubjectTokenUses" PRIMARY KEY,
                    "ExpiresAtMs" bigint NOT NULL
                );
                CREATE INDEX IF NOT EXISTS "IX_SubjectTokenUses_ExpiresAtMs" ON {IdentityNames.DatabaseSchema}."SubjectTokenUses" ("ExpiresAtMs");
                CREATE TABLE IF NOT EXISTS {IdentityNames.DatabaseSchema}."Sessions" (
                    "SessionId" character varying(64) NOT NULL CONSTRAINT "PK_Sessions" PRIMARY KEY,
                    "Scheme" character varying(40) NOT NULL,
                    "Name" character varying(200) NOT NULL,
                    "Seller" character varying(64) NULL,
                    "StartedAtMs" bigint NOT NULL,
                    "ExpiresAtMs" bigint NOT NULL
                );
                """;
}
