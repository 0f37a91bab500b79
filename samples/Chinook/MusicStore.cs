using Chinook.Model;
using Microsoft.EntityFrameworkCore;

namespace Chinook;

/// <summary>A music store as an application for Npgsql would model it; only the Use… line names a file instead of a server.</summary>
internal class MusicStore(DbContextOptions options) : DbContext(options)
{
    public DbSet<Artist> Artists => Set<Artist>();

    public DbSet<Album> Albums => Set<Album>();

    public DbSet<Genre> Genres => Set<Genre>();

    public DbSet<Track> Tracks => Set<Track>();

    public DbSet<Playlist> Playlists => Set<Playlist>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<InvoiceLine> InvoiceLines => Set<InvoiceLine>();

    internal static DbContextOptionsBuilder Use(DbContextOptionsBuilder options, string file) =>
        options.UseNpgsqlCompatibleFile(file, npgsql => npgsql.MapEnum<MediaType>());

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Artist>(artist =>
        {
            artist.Property(a => a.Name).HasMaxLength(120);
            artist.HasIndex(a => a.Name).IsUnique();
            artist.HasData(SeedData.Artists);
        });
        modelBuilder.Entity<Album>(album =>
        {
            album.Property(a => a.Title).HasMaxLength(160);
            album.HasData(SeedData.Albums);
        });
        modelBuilder.Entity<Genre>(genre =>
        {
            genre.Property(g => g.Name).HasMaxLength(60);
            genre.HasData(SeedData.Genres);
        });
        modelBuilder.Entity<Track>(track =>
        {
            track.Property(t => t.Title).HasMaxLength(200);
            track.Property(t => t.Price).HasPrecision(10, 2);
            track.Property(t => t.Media).HasDefaultValue(MediaType.Mp3).HasSentinel(MediaType.Mp3);
            track.HasIndex(t => t.Title).HasFilter("\"Price\" > 0");
            track.ToTable(t => t.HasCheckConstraint("CK_Tracks_Price", "\"Price\" >= 0"));
            track.HasMany(t => t.Playlists).WithMany(p => p.Tracks).UsingEntity(
                "PlaylistTrack",
                right => right.HasOne(typeof(Playlist)).WithMany().HasForeignKey("PlaylistsId"),
                left => left.HasOne(typeof(Track)).WithMany().HasForeignKey("TracksId"),
                join => join.HasData(SeedData.PlaylistTracks));
            track.HasData(SeedData.Tracks);
        });
        modelBuilder.Entity<Playlist>(playlist =>
        {
            playlist.Property(p => p.Name).HasMaxLength(120);
            playlist.HasData(SeedData.Playlists);
        });
        modelBuilder.Entity<Customer>(customer =>
        {
            customer.Property(c => c.Version).IsRowVersion();
            customer.OwnsOne(c => c.Contact, contact => contact.ToJson());
        });
        modelBuilder.Entity<InvoiceLine>(line =>
        {
            line.Property(l => l.UnitPrice).HasPrecision(10, 2);
            line.Property(l => l.Amount).HasPrecision(12, 2).HasComputedColumnSql("\"UnitPrice\" * \"Quantity\"", stored: true);
        });
    }
}
