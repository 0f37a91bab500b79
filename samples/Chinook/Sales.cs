using Chinook.Model;
using Microsoft.EntityFrameworkCore;

namespace Chinook;

/// <summary>Customers and what they bought, saved as an application would.</summary>
internal static class Sales
{
    internal static async Task SellAsync(MusicStore db)
    {
        var tracks = await db.Tracks.OrderBy(t => t.Id).ToListAsync();
        Customer[] customers =
        [
            Customer(1, "Luís Gonçalves", "luis@example.org", "Brazil", "+55 12 3923 5555"), Customer(2, "Leonie Köhler", "leonie@example.org", "Germany"),
            Customer(3, "František Wichterlová", null, "Czech Republic", "+420 2 4172 5555", "+420 2 4172 5556"), Customer(4, "Nobody Yet", null, null),
        ];
        for (var i = 0; i < 12; i++)
        {
            var invoice = new Invoice { IssuedAt = new DateTime(2026, 1 + (i / 2), 3 + i, 9, 30, 0, DateTimeKind.Utc) };
            foreach (var track in tracks.Where(t => (t.Id + i) % 4 == 0))
            {
                invoice.Lines.Add(new InvoiceLine { Track = track, UnitPrice = track.Price, Quantity = 1 + (i % 3) });
            }

            customers[i % 3].Invoices.Add(invoice);
        }

        db.AddRange(customers);
        await db.SaveChangesAsync();
    }

    private static Customer Customer(byte id, string name, string? email, string? country, params string[] phones) => new()
    {
        Id = new Guid(id, 0, 0, 0, 0, 0, 0, 0, 0, 0, id),
        Name = name,
        Contact = new Contact { Email = email, Country = country, Phones = [.. phones] },
    };
}
