using Chinook.Model;
using Microsoft.EntityFrameworkCore;

namespace Chinook;

/// <summary>Queries of growing difficulty.</summary>
internal static class Queries
{
    internal static async Task RunAsync(MusicStore db)
    {
        await Show.Query("artists by name", db.Artists.OrderBy(a => a.Name).Select(a => a.Name));
        await Show.Query("tracks longer than five minutes", db.Tracks
            .Where(t => t.Length > TimeSpan.FromMinutes(5)).OrderByDescending(t => t.Length).Select(t => t.Title + " " + t.Length));
        await Show.Query("albums with their artist", db.Albums.OrderBy(a => a.Released).Select(a => a.Title + " by " + a.Artist.Name + ", " + a.Released.Year));
        await Show.Query("case-insensitive search", db.Tracks.Where(t => EF.Functions.ILike(t.Title, "%BACK%")).OrderBy(t => t.Id).Select(t => t.Title));
        await Show.Query("calm tracks with a second mood, in an array column", db.Tracks
            .Where(t => t.Moods.Contains("calm") && t.Moods.Length > 1).OrderBy(t => t.Title).Select(t => t.Title + ": " + string.Join("/", t.Moods)));
        await Show.Query("customers of a country or with two phones, in a JSON column", db.Customers
            .Where(c => c.Contact.Country == "Brazil" || c.Contact.Phones.Count > 1).OrderBy(c => c.Name).Select(c => c.Name + " " + c.Contact.Email));
        await Show.Query("tracks per artist, those without included", db.Artists.OrderBy(a => a.Name)
            .Select(a => a.Name + ": " + a.Albums.SelectMany(b => b.Tracks).Count()));
        await Show.Query("revenue per genre", db.InvoiceLines.GroupBy(l => l.Track.Genre.Name)
            .Select(g => new { g.Key, Revenue = g.Sum(l => l.Amount) }).OrderByDescending(g => g.Revenue).Select(g => g.Key + ": " + g.Revenue));
        await Show.Query("the two longest tracks of each artist", db.Artists.OrderBy(a => a.Name)
            .SelectMany(a => a.Albums.SelectMany(b => b.Tracks).OrderByDescending(t => t.Length).Take(2), (a, t) => a.Name + ": " + t.Title));
        await Show.Query("customers who bought every kind of genre sold to anyone", db.Customers
            .Where(c => db.InvoiceLines.Select(l => l.Track.GenreId).Distinct()
                .All(g => c.Invoices.Any(i => i.Lines.Any(l => l.Track.GenreId == g))))
            .OrderBy(c => c.Name).Select(c => c.Name));
        await Show.Query("revenue by month and best customer", db.Invoices.GroupBy(i => new { i.IssuedAt.Year, i.IssuedAt.Month })
            .OrderBy(g => g.Key.Year).ThenBy(g => g.Key.Month)
            .Select(g => g.Key.Year + "-" + g.Key.Month + ": " + g.SelectMany(i => i.Lines).Sum(l => l.Amount) + ", most to "
                + g.OrderByDescending(i => i.Lines.Sum(l => l.Amount)).ThenBy(i => i.Customer.Name).First().Customer.Name));
        await Show.Query("pairs of playlists with tracks in common", from p in db.Playlists
                                                                     from q in db.Playlists
                                                                     where p.Id < q.Id && p.Tracks.Select(t => t.Id).Intersect(q.Tracks.Select(t => t.Id)).Any()
                                                                     select p.Name + " and " + q.Name);
        await Show.Query("running total of a customer, by raw SQL composed with LINQ", db.Database.SqlQuery<string>(
            $"""
            SELECT to_char(i."IssuedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ': ' || sum(sum(l."Amount")) OVER (ORDER BY i."IssuedAt") AS "Value"
            FROM "Invoices" AS i JOIN "InvoiceLines" AS l ON l."InvoiceId" = i."Id"
            JOIN "Customers" AS c ON c."Id" = i."CustomerId" WHERE c."Name" = {"Leonie Köhler"} GROUP BY i."IssuedAt"
            """).OrderBy(line => line));
    }
}
