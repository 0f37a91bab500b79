namespace Chinook.Model;

/// <summary>How a track is sold; a PostgreSQL enum.</summary>
internal enum MediaType
{
    Mp3,
    Flac,
    Vinyl,
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

    public DateOnly Released { get; set; }

    public int ArtistId { get; set; }

    public Artist Artist { get; set; } = null!;

    public List<Track> Tracks { get; } = [];
}

internal sealed class Genre
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

internal sealed class Track
{
    public int Id { get; set; }

    public required string Title { get; set; }

    public MediaType Media { get; set; }

    public TimeSpan Length { get; set; }

    public decimal Price { get; set; }

    public string[] Moods { get; set; } = [];

    public int AlbumId { get; set; }

    public Album Album { get; set; } = null!;

    public int GenreId { get; set; }

    public Genre Genre { get; set; } = null!;

    public List<Playlist> Playlists { get; } = [];
}

internal sealed class Playlist
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public List<Track> Tracks { get; } = [];
}
