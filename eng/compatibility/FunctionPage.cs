using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution;

namespace PgMicro.Compatibility;

/// <summary>
/// Which of pg_proc's rows a user can call here. Each is asked of the engine itself: a call with parameters of the argument types is
/// prepared, and what raises 0A000 is missing.
/// </summary>
internal static class FunctionPage
{
    // Rows of types' and operator classes' own machinery, which no SQL text calls.
    private const string UserCallable =
        """
        SELECT p.prokind, p.proname, p.proargtypes, p.oid::regprocedure::text, p.provariadic,
               p.prorettype = 'record'::regtype AND p.proallargtypes IS NULL
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = 'pg_catalog' AND p.prokind IN ('f', 'a', 'w')
           AND NOT EXISTS (SELECT 1 FROM pg_type t WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typsubscript))
           AND NOT EXISTS (SELECT 1 FROM pg_amproc a WHERE a.amproc = p.oid)
           AND NOT EXISTS (SELECT 1 FROM pg_proc s WHERE s.prosupport = p.oid)
           AND NOT EXISTS (SELECT 1 FROM pg_conversion c WHERE c.conproc = p.oid)
           AND NOT EXISTS (SELECT 1 FROM pg_range r WHERE p.oid IN (r.rngcanonical, r.rngsubdiff))
           AND NOT EXISTS (SELECT 1 FROM pg_language l WHERE p.oid IN (l.lanplcallfoid, l.laninline, l.lanvalidator))
           AND NOT EXISTS (SELECT 1 FROM pg_aggregate a
                            WHERE p.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
                              AND NOT EXISTS (SELECT 1 FROM pg_operator o WHERE o.oprcode = p.oid))
           AND NOT EXISTS (SELECT 1 FROM pg_type t
                            WHERE t.oid = ANY (string_to_array(p.proargtypes::text, ' ')::oid[] || p.prorettype)
                              AND t.typname IN ('internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler', 'index_am_handler',
                                                'tsm_handler', 'table_am_handler', 'pg_ddl_command', 'gtsvector', 'pg_node_tree', 'pg_ndistinct', 'pg_dependencies', 'pg_mcv_list'))
           AND p.proname NOT LIKE 'binary_upgrade%'
         ORDER BY p.proname, p.oid::regprocedure::text
        """;

    private sealed record Row(char Kind, string Name, string[] Arguments, string Signature, bool Variadic, bool NeedsColumns);

    // The first that fits; what an engine in one process has no part of comes apart from what is still to do.
    private static readonly (string Title, bool IsServer, string[] Prefixes)[] Areas =
    [
        ("counters of the cumulative statistics system", true, ["pg_stat_"]),
        ("replication, write-ahead log, backup and recovery", true,
            ["pg_replication_", "pg_logical_", "pg_create_", "pg_copy_", "pg_drop_replication", "pg_show_replication", "pg_get_replication", "pg_get_wal", "pg_wal", "pg_current_wal",
                "pg_last_", "pg_is_wal", "pg_split_wal", "pg_switch_wal", "pg_backup", "pg_promote", "pg_available_wal", "pg_control_", "pg_log_standby", "pg_sync_replication", "pg_xact_commit"]),
        ("files and processes of a server", true, ["pg_ls_", "pg_read_", "pg_reload", "pg_rotate", "pg_hba", "pg_ident", "pg_show_all_file", "pg_config", "pg_current_logfile", "pg_get_shmem", "pg_get_backend_memory", "pg_log_backend"]),
        ("large objects", false, ["lo_", "loread", "lowrite"]),
        ("mapping tables to XML", false, ["cursor_to_xml", "database_to_xml", "query_to_xml", "schema_to_xml", "table_to_xml"]),
        ("the rest", false, [""]),
    ];

    internal sealed record Function(string Signature, string Name, bool Implemented);

    internal static List<Function> Survey()
    {
        using var database = PgDatabase.Open(new PgDatabaseOptions { Path = "compatibility", InMemory = true });
        using var session = database.CreateSession();
        Read(session, "CREATE TYPE any_enum AS ENUM ('a')");
        var types = Read(session, "SELECT oid, format_type(oid, NULL) FROM pg_type").ToDictionary(r => r[0], r => r[1]);
        return
        [
            .. Read(session, UserCallable)
                .Select(r => new Row(r[0][0], r[1], [.. r[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => types[a])], r[3], r[4] != "0", r[5] == "t"))
                .Select(r => new Function(r.Signature, r.Name, IsImplemented(session, Call(r)))),
        ];
    }

    internal static string Write(List<Function> functions)
    {
        var page = new StringBuilder();
        var implemented = functions.Count(f => f.Implemented);
        page.AppendLine("# Functions\n");
        page.AppendLine(CultureInfo.InvariantCulture,
            $"{implemented} of the {functions.Count} rows of PostgreSQL 17's `pg_proc` that SQL can call are implemented ({100.0 * implemented / functions.Count:F1} %).\n");
        var apart = functions.Where(f => Area(f).IsServer).ToList();
        page.AppendLine(CultureInfo.InvariantCulture,
            $"Without the statistics collector, replication, the write-ahead log and a server's files, of which an engine in one process has no part, it is {implemented - apart.Count(f => f.Implemented)} of {functions.Count - apart.Count} ({100.0 * (implemented - apart.Count(f => f.Implemented)) / (functions.Count - apart.Count):F1} %).\n");
        page.AppendLine("Written by `eng/compatibility`: a call of each with parameters of its argument types is prepared by the engine. Operators and casts are such rows too; the support");
        page.AppendLine("functions of types, operator classes, encodings and languages are left out, since no SQL text calls them. A missing one raises `0A000`.\n");
        foreach (var area in functions.Where(f => !f.Implemented).GroupBy(f => Area(f).Title))
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"## Missing: {area.Key} ({area.Count()})\n");
            foreach (var name in area.GroupBy(f => f.Name))
            {
                page.AppendLine(CultureInfo.InvariantCulture, $"- {string.Join(", ", name.Select(f => $"`{f.Signature}`"))}");
            }

            page.AppendLine();
        }

        return page.ToString();
    }

    private static (string Title, bool IsServer, string[] Prefixes) Area(Function function) =>
        Areas.First(a => a.Prefixes.Any(p => function.Name.StartsWith(p, StringComparison.Ordinal)));

    private static string Call(Row row)
    {
        var values = row.Arguments.Select((a, i) => $"${i + 1}::{Concrete(a)}").ToArray();
        if (row.Variadic)
        {
            values[^1] = "VARIADIC " + values[^1];
        }

        var name = $"pg_catalog.\"{row.Name}\"";
        var arguments = string.Join(", ", values);
        return (row.Kind, row.Name) switch
        {
            ('w', _) => $"SELECT {name}({arguments}) OVER (ORDER BY 1)",
            ('a', "mode") => $"SELECT {name}() WITHIN GROUP (ORDER BY {arguments})",
            ('a', "percentile_cont" or "percentile_disc") => $"SELECT {name}({values[0]}) WITHIN GROUP (ORDER BY {values[1]})",
            ('a', "rank" or "dense_rank" or "percent_rank" or "cume_dist") => $"SELECT {name}(1) WITHIN GROUP (ORDER BY 1)",
            ('a', _) when values.Length == 0 => $"SELECT {name}(*)",
            _ when row.NeedsColumns => $"SELECT * FROM {name}({arguments}) AS t (a integer)",
            _ => $"SELECT {name}({arguments})",
        };
    }

    private static string Concrete(string type) => type switch
    {
        "anyelement" or "anycompatible" or "anynonarray" or "anycompatiblenonarray" or "\"any\"" => "integer",
        "anyarray" or "anycompatiblearray" => "integer[]",
        "anyenum" => "any_enum",
        "anyrange" or "anycompatiblerange" => "int4range",
        "anymultirange" or "anycompatiblemultirange" => "int4multirange",
        "record" => "pg_catalog.pg_am",
        _ => type,
    };

    private static bool IsImplemented(PgSession session, string call)
    {
        try
        {
            session.Prepare(session.Parse(call)[0], []);
            return true;
        }
        catch (PgException e) when (e.SqlState == SqlState.FeatureNotSupported)
        {
            return false;
        }
        catch (PgException e) when (e.SqlState is SqlState.IndeterminateDatatype or SqlState.DatatypeMismatch or SqlState.WindowingError or SqlState.WrongObjectType)
        {
            // PostgreSQL refuses such a call too; the function is there.
            return true;
        }
        finally
        {
            session.Sync();
        }
    }

    private static List<string[]> Read(PgSession session, string sql)
    {
        using var portal = session.Execute(session.Prepare(session.Parse(sql)[0], []), []);
        var rows = new List<string[]>();
        while (portal.Read())
        {
            rows.Add([.. portal.Columns!.Select((c, i) => portal.IsNull(i) ? "" : session.Types.GetCodec(c.TypeOid).OutputString(portal.GetDatum(i), session))]);
        }

        portal.Close();
        session.Sync();
        return rows;
    }
}
