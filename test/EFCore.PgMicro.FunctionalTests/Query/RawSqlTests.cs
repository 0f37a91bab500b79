using EFCore.PgMicro.FunctionalTests.Infrastructure;
using EFCore.PgMicro.FunctionalTests.Saving;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace EFCore.PgMicro.FunctionalTests.Query;

/// <summary>FromSql, SqlQuery and ExecuteSql.</summary>
public sealed class RawSqlTests : RecordedTest
{
    [Fact]
    public Task Raw_SQL_composes_with_LINQ() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        context.AddRange(new Owner { Name = "a", Email = "x" }, new Owner { Name = "b", Accounts = { new Account { Number = 1, Balance = 5 } } });
        using (db.Interceptor.Silence())
        {
            await context.SaveChangesAsync();
        }

        var name = "a";
        db.Note("from", await context.Owners.FromSql($"""SELECT * FROM "Owners" WHERE "Name" >= {name}""").Where(o => o.Email != null).Select(o => o.Name).ToListAsync());
        db.Note("include", (await context.Owners.FromSqlRaw("""SELECT * FROM "Owners" WHERE "Name" = {0}""", "b").AsNoTracking().Include(o => o.Accounts).ToListAsync()).Select(o => o.Accounts.Count));
        db.Note("scalar", await context.Database.SqlQuery<int>($"""SELECT "Number" AS "Value" FROM "Accounts" """).Where(n => n > 0).ToListAsync());
        db.Note("shape", await context.Database.SqlQuery<Shape>($"SELECT 1 AS \"Number\", 'x' AS \"Text\", ARRAY[1,2] AS \"Items\", now() > '2000-01-01' AS \"Later\"").OrderBy(s => s.Number).ToListAsync());
        db.Note("named parameters", await context.Database.SqlQueryRaw<long>("SELECT @a::bigint + @b AS \"Value\"", new NpgsqlParameter("a", 40), new NpgsqlParameter("b", NpgsqlDbType.Bigint) { Value = 2L }).ToListAsync());
        db.Note("in a set operation", await context.Owners.FromSql($"""SELECT * FROM "Owners" """).Select(o => o.Name).Union(context.Owners.Select(o => o.Email!)).OrderBy(n => n).ToListAsync());
        db.Note("execute", await context.Database.ExecuteSqlAsync($"""UPDATE "Owners" SET "Email" = {"e"} || "Id" WHERE "Name" <> {"zz"}"""));
        db.Note("execute several", await context.Database.ExecuteSqlRawAsync("""INSERT INTO "Owners" ("Name") VALUES ('c'), ('d'); DELETE FROM "Owners" WHERE "Name" = 'd'; SELECT 1"""));
        db.Note("null", await context.Database.ExecuteSqlAsync($"""UPDATE "Owners" SET "Email" = {(string?)null} WHERE "Name" = 'a'"""));
        db.Note("braces", await context.Database.SqlQueryRaw<string>("SELECT '{{1,2}}'::int[]::text || $$@x :y$$ AS \"Value\"").ToListAsync());
        db.Note("operators that hold @", await context.Database.SqlQuery<bool>($"SELECT ARRAY[1,2] @> ARRAY[{1}] AND '{{}}'::jsonb <@ '{{\"a\":1}}'::jsonb AS \"Value\"").ToListAsync());
        db.Note("notes", await context.Owners.TagWith("a tag -- with 'quotes'").CountAsync());
        db.Note("rows", await context.Owners.OrderBy(o => o.Name).Select(o => new { o.Name, o.Email }).ToListAsync());
    });

    private sealed class Shape
    {
        public int Number { get; set; }

        public required string Text { get; set; }

        public required int[] Items { get; set; }

        public bool Later { get; set; }
    }
}
