using Chinook.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Chinook;

/// <summary>Changes, and the errors that PostgreSQL would raise.</summary>
internal static class Changes
{
    internal static async Task RunAsync(MusicStore db)
    {
        Console.WriteLine();
        var raised = 0;
        await Show.Timed("raise prices of rock by ten percent, then undo", async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            raised = await db.Tracks.Where(t => t.Genre.Name == "Rock").ExecuteUpdateAsync(s => s.SetProperty(t => t.Price, t => t.Price * 1.1m));
            await transaction.RollbackAsync();
        });
        Console.WriteLine($"   {raised} rows");

        db.Artists.Add(new Artist { Name = "AC/DC" });
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } error)
        {
            Console.WriteLine($"as on PostgreSQL: {error.MessageText} {error.Detail}");
        }

        db.ChangeTracker.Clear();
        var customer = await db.Customers.OrderBy(c => c.Id).FirstAsync();
        await db.Database.ExecuteSqlAsync($"""UPDATE "Customers" SET "Name" = "Name" WHERE "Id" = {customer.Id}""");
        customer.Contact.Phones.Add("+1 555 0100");
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateConcurrencyException e)
        {
            Console.WriteLine($"as on PostgreSQL: {e.Entries.Select(entry => entry.Entity).OfType<Customer>().Single().Name} was changed by someone else (xmin)");
        }
    }
}
