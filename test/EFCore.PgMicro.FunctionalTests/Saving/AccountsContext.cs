using Microsoft.EntityFrameworkCore;
using PgMicro.Recording;

namespace EFCore.PgMicro.FunctionalTests.Saving;

/// <summary>Owners and their accounts, with every kind of constraint and a concurrency token.</summary>
internal sealed class AccountsContext(DbContextOptions<AccountsContext> options) : DbContext(options)
{
    public DbSet<Owner> Owners => Set<Owner>();

    public DbSet<Account> Accounts => Set<Account>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Owner>(owner =>
        {
            owner.HasIndex(o => o.Email).IsUnique();
            owner.Property(o => o.Email).HasMaxLength(20);
            owner.Property(o => o.Name).IsRequired();
            owner.HasMany(o => o.Accounts).WithOne(a => a.Owner).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Account>(account =>
        {
            account.Property(a => a.Version).IsRowVersion();
            account.Property(a => a.Balance).HasPrecision(8, 2);
            account.ToTable(t => t.HasCheckConstraint("CK_Balance", "\"Balance\" >= 0"));
            account.HasIndex(a => new { a.OwnerId, a.Number }).IsUnique().HasFilter("\"Number\" > 0");
        });
    }
}

internal sealed class Owner
{
    public int Id { get; set; }

    public string Name { get; set; } = "someone";

    public string? Email { get; set; }

    public List<Account> Accounts { get; } = [];
}

internal sealed class Account
{
    public int Id { get; set; }

    public int Number { get; set; }

    public decimal Balance { get; set; }

    public int OwnerId { get; set; }

    public Owner? Owner { get; set; }

    [NotRecorded]
    public uint Version { get; set; }
}
