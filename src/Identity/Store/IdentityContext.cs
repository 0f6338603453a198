using Marketplace.Identity.Demo;
using Marketplace.Identity.RefreshTokens;
using Marketplace.Identity.Sessions;
using Marketplace.Identity.Signing;
using Marketplace.Identity.SubjectTokens;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Identity.Store;

/// <summary>Clients, tokens, signing keys and the key ring that encrypts them.</summary>
internal sealed class IdentityContext(DbContextOptions<IdentityContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();

    public DbSet<RefreshFamilyRow> RefreshFamilies => Set<RefreshFamilyRow>();

    public DbSet<IssuerKeyRow> IssuerKeys => Set<IssuerKeyRow>();

    public DbSet<MarketplaceKeyRow> MarketplaceKeys => Set<MarketplaceKeyRow>();

    public DbSet<MarketplaceSecretRow> MarketplaceSecrets => Set<MarketplaceSecretRow>();

    public DbSet<SubjectTokenUseRow> SubjectTokenUses => Set<SubjectTokenUseRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        if (Database.IsNpgsql())
        {
            modelBuilder.HasDefaultSchema(IdentityNames.DatabaseSchema);
        }

        modelBuilder.Entity<RefreshFamilyRow>(family =>
        {
            family.ToTable("RefreshFamilies");
            family.HasKey(row => row.FamilyId);
            family.Property(row => row.FamilyId).HasMaxLength(100);
            family.Property(row => row.ClientId).HasMaxLength(100);
            family.Property(row => row.Installation).HasMaxLength(140);
        });
        modelBuilder.Entity<IssuerKeyRow>(key =>
        {
            key.ToTable("IssuerKeys");
            key.HasKey(row => row.Issuer);
            key.Property(row => row.Issuer).HasMaxLength(200);
            key.Property(row => row.KeyId).HasMaxLength(64);
        });
        modelBuilder.Entity<MarketplaceKeyRow>(key =>
        {
            key.ToTable("MarketplaceKeys");
            key.HasKey(row => row.No);
            key.Property(row => row.No).ValueGeneratedNever();
            key.Property(row => row.PublicKey).HasMaxLength(64);
        });
        modelBuilder.Entity<MarketplaceSecretRow>(secret =>
        {
            secret.ToTable("MarketplaceSecrets");
            secret.HasKey(row => row.Name);
            secret.Property(row => row.Name).HasMaxLength(64);
        });
        modelBuilder.Entity<SubjectTokenUseRow>(use =>
        {
            use.ToTable("SubjectTokenUses");
            use.HasKey(row => row.TokenKey);
            use.Property(row => row.TokenKey).HasMaxLength(64);
            use.HasIndex(row => row.ExpiresAtMs);
        });
        modelBuilder.Entity<SessionRow>(session =>
        {
            session.ToTable("Sessions");
            session.HasKey(row => row.SessionId);
            session.Property(row => row.SessionId).HasMaxLength(64);
            session.Property(row => row.Scheme).HasMaxLength(40);
            session.Property(row => row.Name).HasMaxLength(200);
            session.Property(row => row.Seller).HasMaxLength(64);
        });
        modelBuilder.Entity<SigningKeyRow>(key =>
        {
            key.ToTable("SigningKeys");
            key.HasKey(row => row.KeyId);
            key.Property(row => row.KeyId).HasMaxLength(64);
        });
    }
}

/// <summary>One stored signing key.</summary>
internal sealed class SigningKeyRow
{
    /// <summary>The <c>kid</c> of tokens and of the published key set.</summary>
    public required string KeyId { get; init; }

    /// <summary>Unix time in ms: SQLite cannot order instants with offset.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>PKCS#8, encrypted with the key ring.</summary>
    public required string ProtectedKey { get; init; }
}
