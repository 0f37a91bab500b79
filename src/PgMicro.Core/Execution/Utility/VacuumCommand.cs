using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Statistics;
using PgMicro.Core.Execution.Versions;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Transactions.Locking;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>
/// VACUUM and ANALYZE (manual: "Routine Vacuuming"). VACUUM prunes superseded versions that tables keep, empties the write-ahead log into the file, VACUUM FULL
/// also gives free pages back, and both count rows into pg_class. ANALYZE fills pg_statistic and pg_statistic_ext_data, and gathers
/// the statistics that SQLite's planner uses.
/// </summary>
internal static class VacuumCommand
{
    // pg_class counts pages of PostgreSQL's size.
    private const int BlockSize = 8192;

    internal static ExecutablePlan Plan(Pg.Node statement) =>
        new UtilityPlan((session, _) => Run(session, statement.VacuumStmt), needsSnapshot: false) { LocksRelationsOf = statement };

    private static StatementRun Run(PgSession session, Pg.VacuumStmt statement)
    {
        var options = VacuumOptions.Read(statement);
        if (options.IsVacuum)
        {
            session.RejectInBlock("VACUUM");
        }

        var columns = new Dictionary<uint, HashSet<string>?>();
        var tables = Tables(session, statement, options, columns);
        var mode = options.Full ? LockMode.AccessExclusive : LockMode.ShareUpdateExclusive;
        for (var i = 0; i < tables.Count;)
        {
            if (session.LockRelation(tables[i].oid, mode, options.SkipLocked) == LockOutcome.NotAvailable)
            {
                session.Notice(new PgNotice("WARNING", SqlState.LockNotAvailable, $"skipping {options.Command.ToLowerInvariant()} of \"{tables[i].relname}\" --- lock not available"));
                tables.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }

        if (options.SkipLocked && tables.Count == 0)
        {
            return new StatementRun(options.Command);
        }

        if (options.Full)
        {
            Compact(session);
        }

        if (!options.OnlyDatabaseStats && tables.Count > 0)
        {
            // All that takes long comes before others have to wait.
            session.Transaction.PrepareToRead(session.Cancellation);
            var measures = tables.ConvertAll(table => Measure(session, table, options, columns.GetValueOrDefault(table.oid)));
            session.Transaction.PrepareToWrite(options.Command, session.LockTimeout, session.Cancellation);
            var ddl = new DdlContext(session, "");
            foreach (var measure in measures)
            {
                Record(ddl, measure, options);
            }
        }

        if (options.IsVacuum)
        {
            session.Transaction.Ended += committed => WriteBack(session, committed);
        }

        return new StatementRun(options.Command);
    }

    // Empties the log into the file, as far as nobody reads from it.
    private static void WriteBack(PgSession session, bool committed)
    {
        if (committed)
        {
            session.Database.Transactions.Maintenance?.CheckpointIfPossible();
        }
    }

    // What no snapshot and no retention period needs; those taken away, and those left.
    private static (long Removed, long Left) Prune(DdlContext ddl, PgClass table)
    {
        if (table.relpersistence == 't' || !RowVersions.Exist(ddl.Connection, table.oid))
        {
            return default;
        }

        var removed = 0L;
        if (TableVersions.Retention(ddl.Session, table) is { } retention)
        {
            var time = Functions.DateTimes.Now.Clock() - retention;
            foreach (var session in ddl.Session.Database.Sessions())
            {
                time = Math.Min(time, session.SnapshotTime ?? long.MaxValue);
            }

            removed = RowVersions.Prune(ddl.Connection, table.oid, time);
        }

        return (removed, ddl.Connection.QueryInt64("SELECT count(*) FROM " + RowVersions.NameOf(table.oid)));
    }

    private static List<PgClass> Tables(PgSession session, Pg.VacuumStmt statement, VacuumOptions options, Dictionary<uint, HashSet<string>?> columns)
    {
        if (statement.Rels.Count == 0)
        {
            return [.. session.Catalog.Rows(PgClass.Relation).Where(c => (c.relkind is 'r' or 'm' || (c.relkind == 'p' && options.Analyze)) && IsPermitted(session, c, options) && c.oid >= BuiltInOids.FirstNormalObjectId)];
        }

        var tables = new List<PgClass>();
        foreach (var target in statement.Rels.Select(static r => r.VacuumRelation))
        {
            var relation = session.ResolveRelation(target.Relation);
            CheckColumns(session.Catalog, relation, target.VaCols);
            if (relation.relkind == 'f' && options.Command.Equals("ANALYZE", StringComparison.OrdinalIgnoreCase))
            {
                throw ForeignData.NoHandler(session.Catalog, relation.oid);
            }

            if (relation.relkind is not ('r' or 'm' or 't' or 'p'))
            {
                session.Notice(new PgNotice("WARNING", SqlState.Warning, $"skipping \"{relation.relname}\" --- cannot {options.Command.ToLowerInvariant()} non-tables or special system tables"));
            }
            else if (IsPermitted(session, relation, options) && relation.oid >= BuiltInOids.FirstNormalObjectId)
            {
                // A partitioned table stands for its partitions, another for itself alone.
                foreach (var member in (relation.relkind == 'p' ? Inheritance.Descendants(session.Catalog, relation.oid) : [relation.oid]).Select(o => session.Catalog.Class(o)!))
                {
                    if (tables.Contains(member) || (member.relkind == 'p' && !options.Analyze) || (member.oid != relation.oid && !IsPermitted(session, member, options)))
                    {
                        continue;
                    }

                    tables.Add(member);
                    columns[member.oid] = target.VaCols.Count == 0 ? null : [.. target.VaCols.Select(static c => c.String.Sval)];
                }
            }
        }

        return tables;
    }

    // The database's owner, and who may MAINTAIN the table.
    private static bool IsPermitted(PgSession session, PgClass relation, VacuumOptions options)
    {
        var role = session.Catalog.FindRole(session.CurrentRole)?.oid ?? 0;
        if (session.IsSuperuser
            || (!relation.relisshared && RoleMembership.HasPrivilegesOf(session.Catalog, role, session.Catalog.Database.datdba))
            || PrivilegeCheck.OnClass(session.Catalog, relation, role, AclMode.Maintain) != 0)
        {
            return true;
        }

        session.Notice(new PgNotice("WARNING", SqlState.Warning, $"permission denied to {options.Command.ToLowerInvariant()} \"{relation.relname}\", skipping it"));
        return false;
    }

    private static void CheckColumns(CatalogSnapshot catalog, PgClass relation, IEnumerable<Pg.Node> columns)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in columns.Select(static c => c.String.Sval))
        {
            if (!catalog.Attributes(relation.oid).Any(a => a.attname == name && !a.attisdropped && a.attnum > 0))
            {
                throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist");
            }

            if (!seen.Add(name))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{name}\" of relation \"{relation.relname}\" appears more than once");
            }
        }
    }

    private static void Compact(PgSession session)
    {
        var gate = session.Database.Transactions.Gate;
        var owner = new object();
        gate.Enter(owner, session.LockTimeout, session.Cancellation);
        try
        {
            session.Connection.Execute("VACUUM");
        }
        finally
        {
            gate.Exit(owner);
        }
    }

    private static Measured Measure(PgSession session, PgClass table, VacuumOptions options, HashSet<string>? columns)
    {
        var own = table.relkind == 'p' ? new Measured(table, 0, -1, new GatheredStatistics()) : MeasureOwn(session, table, options, columns);
        if (!options.Analyze || !table.relhassubclass)
        {
            return own;
        }

        var members = Inheritance.Descendants(session.Catalog, table.oid).Select(o => session.Catalog.Class(o)!).Where(static c => c.relkind == 'r')
            .Select(c => c.oid == table.oid ? own : MeasureOwn(session, c, VacuumOptions.None, null)).ToList();
        var rows = members.Sum(static m => m.Rows);
        return own with
        {
            Rows = table.relkind == 'p' ? rows : own.Rows,
            Members = members,
            Tree = Inheritance.HasChildren(session.Catalog, table.oid) ? ColumnStatistics.Gather(session, table, columns, rows, inherits: true) : null,
        };
    }

    private static Measured MeasureOwn(PgSession session, PgClass table, VacuumOptions options, HashSet<string>? columns)
    {
        var rows = session.Connection.QueryInt64("SELECT count(*) FROM " + SqliteTables.Name(session.Catalog, table.oid));
        var (_, file) = Lowering.RelationNames.Of(session.Catalog, table);
        var bytes = session.Connection.QueryInt64(
            $"SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name = '{file.Replace("'", "''", StringComparison.Ordinal)}'");
        var statistics = options.Analyze ? ColumnStatistics.Gather(session, table, columns, rows) : new GatheredStatistics();
        return new Measured(table, rows, rows == 0 ? 0 : (int)((bytes + BlockSize - 1) / BlockSize), statistics);
    }

    private static void Record(DdlContext ddl, Measured measure, VacuumOptions options)
    {
        var table = measure.Table;
        if (table.relkind != 'p')
        {
            RecordOwn(ddl, measure, options);
        }

        if (measure.Members.Count > 0 || table.relkind == 'p')
        {
            RecordTree(ddl, measure, options);
        }

        if ((table.relpages != measure.Pages || table.reltuples != measure.Rows) && (table.relkind != 'p' || measure.Tree is not null))
        {
            ddl.Put(ddl.Catalog.Class(table.oid)! with { relpages = measure.Pages, reltuples = measure.Rows });
        }
    }

    // What has been found out about a table together with those that inherit from it.
    private static void RecordTree(DdlContext ddl, Measured measure, VacuumOptions options)
    {
        var table = measure.Table;
        var qualified = $"{ddl.Catalog.Namespace(table.relnamespace)!.nspname}.{table.relname}";
        if (options.Verbose)
        {
            Info(ddl, $"analyzing \"{qualified}\" inheritance tree");
        }

        if (measure.Tree is not { } tree)
        {
            if (options.Verbose)
            {
                Info(ddl, $"skipping analyze of \"{qualified}\" inheritance tree --- this inheritance tree contains no child tables");
            }

            ddl.Put(ddl.Catalog.Class(table.oid)! with { relhassubclass = false });
            return;
        }

        foreach (var member in options.Verbose ? measure.Members : [])
        {
            InfoScanned(ddl, member, member.Rows);
        }

        if (table.relkind == 'p')
        {
            ddl.Session.Database.Statistics.Maintained(table.oid, options.IsVacuum, options.Analyze, ddl.Session.IsAutovacuum, Functions.DateTimes.Now.Clock());
        }

        Store(ddl, tree, qualified);
    }

    private static void InfoScanned(DdlContext ddl, Measured measure, long sample, long left = 0) => Info(ddl, string.Create(
        CultureInfo.InvariantCulture,
        $"\"{measure.Table.relname}\": scanned {measure.Pages} of {measure.Pages} pages, containing {measure.Rows} live rows and {left} dead rows; {sample} rows in sample, {measure.Rows} estimated total rows"));

    private static void RecordOwn(DdlContext ddl, Measured measure, VacuumOptions options)
    {
        var (table, rows, pages, statistics) = measure;
        var name = SqliteTables.Name(ddl.Catalog, table.oid);
        var qualified = $"{ddl.Catalog.Namespace(table.relnamespace)!.nspname}.{table.relname}";
        if (options is { IsVacuum: true, Verbose: true })
        {
            Info(ddl, $"vacuuming \"{ddl.Session.Database.Name}.{qualified}\"");
        }

        var (removed, left) = options.IsVacuum ? Prune(ddl, table) : default;

        if (options.Analyze)
        {
            if (options.Verbose)
            {
                Info(ddl, $"analyzing \"{qualified}\"");
            }

            // Others wait meanwhile: who has not asked for it gets a part of each index looked at.
            ddl.Run($"PRAGMA analysis_limit = {(ddl.Session.IsAutovacuum ? 1000 : 0)}");
            ddl.Run("ANALYZE " + name);
        }

        ddl.Session.Database.Statistics.Maintained(table.oid, options.IsVacuum, options.Analyze, ddl.Session.IsAutovacuum, Functions.DateTimes.Now.Clock());
        if (options is { IsVacuum: true, Verbose: true })
        {
            Info(ddl, string.Create(
                CultureInfo.InvariantCulture,
                $"finished vacuuming \"{ddl.Session.Database.Name}.{qualified}\": index scans: 0\npages: 0 removed, {pages} remain, {pages} scanned (100.00% of total)\ntuples: {removed} removed, {rows} remain, {left} are dead but not yet removable\nremovable cutoff: {ddl.Session.OldestXid()}, which was 0 XIDs old when operation ended\n"));
        }

        if (options is { Analyze: true, Verbose: true })
        {
            InfoScanned(ddl, measure, statistics.Sample, left);
        }

        Store(ddl, statistics, qualified);
    }

    private static void Store(DdlContext ddl, GatheredStatistics statistics, string qualified)
    {
        // A change of the catalog makes plans anew; the same numbers are no change.
        foreach (var row in statistics.Columns)
        {
            if (ddl.Catalog.Find(PgStatistic.Relation, row.Key) != row)
            {
                ddl.Put(row);
            }
        }

        foreach (var row in statistics.Extended)
        {
            if (ddl.Catalog.Find(PgStatisticExtData.Relation, row.Key) != row)
            {
                ddl.Put(row);
            }
        }

        foreach (var missing in ddl.Session.IsAutovacuum ? [] : statistics.NotComputed)
        {
            ddl.Notice(
                $"statistics object \"{ddl.Catalog.Namespace(missing.stxnamespace)!.nspname}.{missing.stxname}\" could not be computed for relation \"{qualified}\"",
                "WARNING", SqlState.InvalidObjectDefinition);
        }
    }

    private sealed record Measured(PgClass Table, long Rows, int Pages, GatheredStatistics Statistics)
    {
        /// <summary>The tables with rows of the inheritance tree, when one may be below the table.</summary>
        internal List<Measured> Members { get; init; } = [];

        /// <summary>The statistics of all of them; null when there is nothing below the table.</summary>
        internal GatheredStatistics? Tree { get; init; }
    }

    private static void Info(DdlContext ddl, string message) => ddl.Notice(message, "INFO");
}
