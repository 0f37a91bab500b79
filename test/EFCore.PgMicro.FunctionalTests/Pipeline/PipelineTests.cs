using System.Data.Common;
using System.Text.RegularExpressions;
using EFCore.PgMicro.FunctionalTests.Infrastructure;
using EFCore.PgMicro.FunctionalTests.Saving;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PgMicro.Recording;

namespace EFCore.PgMicro.FunctionalTests.Pipeline;

/// <summary>Interceptors, logging, pooling and connections.</summary>
public sealed partial class PipelineTests : RecordedTest
{
    [Fact]
    public Task Interceptors_see_and_change_what_happens() => Run(async db =>
    {
        var watcher = new Watcher(db.Transcript);
        var options = new DbContextOptionsBuilder<AccountsContext>().AddInterceptors(watcher);
        await using var context = new AccountsContext((DbContextOptions<AccountsContext>)db.Use(options).Options);
        await db.CreateAsync(context);
        context.Add(new Owner { Name = "seen" });
        await context.SaveChangesAsync();
        db.Note("rows", await context.Owners.TagWith("change me").Select(o => o.Name).ToListAsync());
        db.Note("suppressed", await context.Database.ExecuteSqlRawAsync("suppress"));
        await db.Transcript.ThrowsAsync("failed", () => context.Database.ExecuteSqlRawAsync("SELECT 1/0"));
        context.Owners.Local.First().Name = "again";
        db.Note("saved", context.SaveChanges());
        using (context.Database.BeginTransaction())
        {
            db.Note("count", context.Owners.Count());
        }
    });

    [Fact]
    public Task Logs_have_the_SQL() => Run(async db =>
    {
        var lines = new List<string>();
        var options = new DbContextOptionsBuilder<AccountsContext>().EnableSensitiveDataLogging().LogTo(
            (id, _) => id == RelationalEventId.CommandExecuted || id == RelationalEventId.CommandError || id == RelationalEventId.TransactionCommitted,
            data => lines.Add(Elapsed().Replace(data.ToString()!, "(N ms)")));
        await using var context = new AccountsContext((DbContextOptions<AccountsContext>)db.Use(options).Options);
        await db.CreateAsync(context);
        lines.Clear();
        var name = "it's";
        context.Add(new Owner { Name = name, Email = "e" });
        await context.SaveChangesAsync();
        await context.Owners.Where(o => o.Name == name).ToListAsync();
        await db.Transcript.ThrowsAsync("error", () => context.Database.ExecuteSqlAsync($"SELECT {1} / 0"));
        db.Transcript.Line(string.Join("\n", lines));
        db.Note("query string", context.Owners.Where(o => o.Name == name && o.Accounts.Any(a => a.Balance > 1.5m)).ToQueryString());
    });

    [Fact]
    public Task Pooled_contexts_start_anew() => Run(async db =>
    {
        await using (var context = new AccountsContext(db.Options<AccountsContext>()))
        {
            await db.CreateAsync(context);
        }

        var services = new ServiceCollection();
        services.AddPooledDbContextFactory<AccountsContext>(options => db.Use(options), poolSize: 2);
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IDbContextFactory<AccountsContext>>();
        for (var i = 0; i < 5; i++)
        {
            await using var context = await factory.CreateDbContextAsync();
            db.Note("tracked", context.ChangeTracker.Entries().Count());
            context.Add(new Owner { Name = $"p{i}" });
            await context.SaveChangesAsync();
            if (i == 2)
            {
                await context.Database.BeginTransactionAsync();
                await context.Owners.ExecuteDeleteAsync();
            }
        }

        await using var last = factory.CreateDbContext();
        db.Note("rows", await last.Owners.OrderBy(o => o.Id).Select(o => o.Name).ToListAsync());
    });

    [Fact]
    public Task Contexts_work_in_parallel() => Run(async db =>
    {
        await using (var context = new AccountsContext(db.Options<AccountsContext>()))
        {
            await db.CreateAsync(context);
        }

        using var silence = db.Interceptor.Silence();
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
        {
            await using var context = new AccountsContext(db.Options<AccountsContext>());
            context.Add(new Owner { Name = $"n{i:00}", Accounts = { new Account { Number = i, Balance = i } } });
            await context.SaveChangesAsync(token);
            await context.Owners.CountAsync(token);
        });
        await using var after = new AccountsContext(db.Options<AccountsContext>());
        db.Note("rows", await after.Owners.OrderBy(o => o.Name).Select(o => o.Name).ToListAsync());
        db.Note("balance", await after.Accounts.SumAsync(a => a.Balance));
    });

    [Fact]
    public Task Connections_open_and_close_with_the_context() => Run(async db =>
    {
        await using var context = new AccountsContext(db.Options<AccountsContext>());
        await db.CreateAsync(context);
        var connection = context.Database.GetDbConnection();
        db.Note("at first", connection.State);
        await context.Database.OpenConnectionAsync();
        await context.Database.OpenConnectionAsync();
        await context.Database.ExecuteSqlRawAsync("CREATE TEMP TABLE mine (a int); INSERT INTO mine VALUES (1), (2); SET application_name = 'x'");
        db.Note("temporary table", await context.Database.SqlQueryRaw<long>("SELECT count(*) AS \"Value\" FROM mine").ToListAsync());
        await context.Database.CloseConnectionAsync();
        db.Note("still open", connection.State);
        await context.Database.CloseConnectionAsync();
        db.Note("closed", connection.State);
        await db.Transcript.ThrowsAsync("temporary table is gone", () => context.Database.SqlQueryRaw<long>("SELECT count(*) AS \"Value\" FROM mine").ToListAsync());
        db.Note("settings are reset", await context.Database.SqlQueryRaw<string>("SELECT current_setting('application_name') AS \"Value\"").ToListAsync());
        db.Note("timeout", context.Database.GetCommandTimeout());
        context.Database.SetCommandTimeout(1);
        await db.Transcript.ThrowsAsync("time is up", async () =>
        {
            try
            {
                await context.Database.ExecuteSqlRawAsync("SELECT pg_sleep(20)");
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(Db(e));
            }
        });
        static string Db(Exception e) => e is DbException ? "a DbException" : e.GetType().Name;
    });

    [GeneratedRegex(@"\([\d,\.]+ms\)")]
    private static partial Regex Elapsed();

    private sealed class Watcher(Transcript transcript) : DbCommandInterceptor, ISaveChangesInterceptor, IDbConnectionInterceptor
    {
        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("change me", StringComparison.Ordinal))
            {
                command.CommandText = "SELECT 'changed' AS \"Name\"";
            }

            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            new(command.CommandText == "suppress" ? InterceptionResult<int>.SuppressWithResult(42) : result);

        public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            transcript.Line($"-- reader, affected {result.RecordsAffected}, fields {result.FieldCount}");
            return new(result);
        }

        public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        {
            transcript.Line($"-- disposing reader, read {eventData.ReadCount}, affected {eventData.RecordsAffected}");
            return result;
        }

        public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            transcript.Value("-- command failed", eventData.Exception);
            return Task.CompletedTask;
        }

        public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            transcript.Line("-- saving");
            return result;
        }

        public ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            transcript.Line("-- saved " + result);
            return new(result);
        }

        public Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            transcript.Line("-- opened");
            return Task.CompletedTask;
        }

        public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => transcript.Line("-- closed");
    }
}
