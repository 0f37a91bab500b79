using Microsoft.EntityFrameworkCore;

namespace Chinook;

internal sealed class MusicStore(string file) : DbContext
{
    public DbSet<Artist> Artists => Set<Artist>();

    public DbSet<Album> Albums => Set<Album>();

    public DbSet<Track> Tracks => Set<Track>();

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsqlCompatibleFile(file);

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Artist>().HasIndex(a => a.Name).IsUnique();
        model.Entity<Track>().Property(t => t.Price).HasPrecision(10, 2);
    }
}

internal sealed class Artist
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public List<Album> Albums { get; } = [];
}

internal sealed class Album
{
    public int Id { get; set; }

    public required string Title { get; set; }

    public int ArtistId { get; set; }

    public Artist? Artist { get; set; }

    public List<Track> Tracks { get; } = [];
}

internal sealed class Track
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Genre { get; set; }

    public int Milliseconds { get; set; }

    public decimal Price { get; set; }

    public int AlbumId { get; set; }
}

internal static class Seed
{
    internal static Artist[] Artists() =>
    [
        Artist("AC/DC", Album("Back in Black", Track("Hells Bells", "Rock", 312_000), Track("Back in Black", "Rock", 255_000))),
        Artist("Aretha Franklin", Album("Lady Soul", Track("Chain of Fools", "Soul", 165_000), Track("A Natural Woman", "Soul", 163_000))),
        Artist("Miles Davis", Album("Kind of Blue", Track("So What", "Jazz", 562_000), Track("Blue in Green", "Jazz", 327_000))),
        Artist("Unsigned"),
    ];

    private static Artist Artist(string name, params Album[] albums)
    {
        var artist = new Artist { Name = name };
        artist.Albums.AddRange(albums);
        return artist;
    }

    private static Album Album(string title, params Track[] tracks)
    {
        var album = new Album { Title = title };
        album.Tracks.AddRange(tracks);
        return album;
    }

    private static Track Track(string name, string genre, int milliseconds) =>
        new() { Name = name, Genre = genre, Milliseconds = milliseconds, Price = 0.99m };
}
