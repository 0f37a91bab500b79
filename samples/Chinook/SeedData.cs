using Chinook.Model;

namespace Chinook;

/// <summary>Rows that the migrations insert.</summary>
internal static class SeedData
{
    internal static readonly Genre[] Genres =
    [
        new() { Id = 1, Name = "Rock" }, new() { Id = 2, Name = "Jazz" }, new() { Id = 3, Name = "Soul" }, new() { Id = 4, Name = "Classical" },
    ];

    internal static readonly Artist[] Artists =
    [
        new() { Id = 1, Name = "AC/DC" }, new() { Id = 2, Name = "Aretha Franklin" }, new() { Id = 3, Name = "Miles Davis" },
        new() { Id = 4, Name = "Antônio Carlos Jobim" }, new() { Id = 5, Name = "Unsigned" },
    ];

    internal static readonly Album[] Albums =
    [
        new() { Id = 1, ArtistId = 1, Title = "Back in Black", Released = new(1980, 7, 25) },
        new() { Id = 2, ArtistId = 2, Title = "Lady Soul", Released = new(1968, 1, 22) },
        new() { Id = 3, ArtistId = 3, Title = "Kind of Blue", Released = new(1959, 8, 17) },
        new() { Id = 4, ArtistId = 3, Title = "Bitches Brew", Released = new(1970, 3, 30) },
        new() { Id = 5, ArtistId = 4, Title = "Wave", Released = new(1967, 10, 1) },
    ];

    internal static readonly Track[] Tracks =
    [
        Track(1, 1, 1, "Hells Bells", 312, "dark", "loud"), Track(2, 1, 1, "Back in Black", 255, "loud"), Track(3, 1, 1, "You Shook Me All Night Long", 210),
        Track(4, 2, 3, "Chain of Fools", 165, "warm"), Track(5, 2, 3, "(You Make Me Feel Like) A Natural Woman", 163, "warm", "calm"),
        Track(6, 3, 2, "So What", 562, "calm"), Track(7, 3, 2, "Blue in Green", 327, "calm", "dark"), Track(8, 4, 2, "Spanish Key", 1051, "restless"),
        Track(9, 5, 2, "Wave", 172, "calm", "warm"), Track(10, 5, 2, "Triste", 124, "warm"),
    ];

    internal static readonly Playlist[] Playlists = [new() { Id = 1, Name = "Evening" }, new() { Id = 2, Name = "Morning" }];

    internal static readonly object[] PlaylistTracks =
    [
        new { PlaylistsId = 1, TracksId = 6 }, new { PlaylistsId = 1, TracksId = 7 }, new { PlaylistsId = 1, TracksId = 9 },
        new { PlaylistsId = 2, TracksId = 2 }, new { PlaylistsId = 2, TracksId = 4 }, new { PlaylistsId = 2, TracksId = 9 },
    ];

    private static Track Track(int id, int album, int genre, string title, int seconds, params string[] moods) => new()
    {
        Id = id,
        AlbumId = album,
        GenreId = genre,
        Title = title,
        Length = TimeSpan.FromSeconds(seconds),
        Price = seconds > 300 ? 1.29m : 0.99m,
        Moods = moods,
    };
}
