using PgMicro.Core.Parser;
using System.Buffers;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Copy;

/// <summary>COPY (manual, SQL commands).</summary>
internal static class CopyCommand
{
    private const string FromFileHint =
        "COPY FROM instructs the PostgreSQL server process to read a file. You may want a client-side facility such as psql's \\copy.";

    private const string ToFileHint =
        "COPY TO instructs the PostgreSQL server process to write a file. You may want a client-side facility such as psql's \\copy.";

    internal static ExecutablePlan Plan(PgSession session, ParsedStatement source, Pg.Node node)
    {
        var statement = node.CopyStmt;
        for (var select = statement.Query?.SelectStmt; select is not null; select = select.Larg)
        {
            if (select.IntoClause is not null)
            {
                throw new PgException(SqlState.FeatureNotSupported, "COPY (SELECT INTO) is not supported");
            }
        }

        return new UtilityPlan(
            (s, _) => statement.IsFrom ? StartFrom(s, statement) : StartTo(s, source, statement),
            statement.IsFrom ? "COPY FROM" : null)
        { LocksRelationsOf = node, WritesRows = statement.IsFrom && !FiresTriggers(session, statement.Relation) };
    }

    private static bool FiresTriggers(PgSession session, Pg.RangeVar name) =>
        session.TryResolveRelation(name.Schemaname, name.Relname) is { relkind: 'r' or 'v' or 'p' } relation
        && (relation.relhastriggers || relation.relkind == 'p')
        && TriggerReach.Of(TableLayout.Get(session.Catalog, relation.oid), CommandType.Insert);

    private static StatementRun StartFrom(PgSession session, Pg.CopyStmt statement)
    {
        RequireFileRole(session, statement);
        var relation = ResolveTarget(session, statement.Relation);
        var options = CopyOptions.Read(isFrom: true, statement.Options);
        var layout = TableLayout.Get(session.Catalog, relation.oid);
        var attnums = ColumnNumbers(session, relation, statement.Attlist);
        RequireInsert(session, relation, attnums);
        if (RowSecurityCheck.AppliesTo(session.Catalog, relation, session.CurrentRole))
        {
            throw new PgException(SqlState.FeatureNotSupported, "COPY FROM not supported with row-level security").WithHint("Use INSERT statements instead.");
        }

        if (Refusal(session, relation, options) is { } refusal)
        {
            return Refuse(statement, refusal, options, attnums.Length);
        }

        var target = new CopyTarget(session, layout, statement.WhereClause);
        CopyFrom copy;
        try
        {
            var columns = attnums.Select(a => target.Columns.First(c => c.Table.Attnum == a)).ToArray();
            var notNull = Forced(session, relation, attnums, options.ForceNotNullAll, options.ForceNotNull, "FORCE_NOT_NULL");
            var nulls = Forced(session, relation, attnums, options.ForceNullAll, options.ForceNull, "FORCE_NULL");
            for (var i = 0; i < columns.Length; i++)
            {
                (columns[i].ForceNotNull, columns[i].ForceNull) = (notNull[i], nulls[i]);
            }

            copy = new CopyFrom(session, target, options, columns);
            target.Begin();
        }
        catch
        {
            target.Dispose();
            throw;
        }

        if (statement.Filename.Length == 0)
        {
            return new StatementRun(new CopyInSink(copy));
        }

        using (copy)
        {
            using var file = OpenForReading(statement.Filename);
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            try
            {
                for (int read; (read = file.Read(buffer)) > 0;)
                {
                    copy.Write(buffer.AsSpan(0, read));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            var count = copy.Complete();
            return new StatementRun($"COPY {count}", count);
        }
    }

    private static StatementRun StartTo(PgSession session, ParsedStatement source, Pg.CopyStmt statement)
    {
        RequireFileRole(session, statement);
        var query = statement.Query;
        short[] attnums = [];
        PgClass? relation = null;
        CopyOptions options;
        if (statement.Relation is not null)
        {
            relation = ResolveTarget(session, statement.Relation);
            RejectOtherSources(relation);
            options = CopyOptions.Read(isFrom: false, statement.Options);
            attnums = ColumnNumbers(session, relation, statement.Attlist);
            query = SelectColumns(session, relation, attnums);
        }
        else
        {
            options = CopyOptions.Read(isFrom: false, statement.Options);
        }

        var plan = session.PrepareNested(source, new Pg.RawStmt { Stmt = query });
        if (plan is Rules.RewrittenPlan rewritten)
        {
            plan = rewritten.OneQuery();
        }

        if (plan.Columns is not { } described)
        {
            throw new PgException(SqlState.FeatureNotSupported, "COPY query must have a RETURNING clause");
        }

        var names = relation is null ? ColumnNames(described, statement.Attlist) : [.. attnums.Select(a => session.Catalog.Attribute(relation.oid, a)!.attname)];
        var forceQuote = relation is null
            ? ForcedByName(names, options.ForceQuoteAll, options.ForceQuote)
            : Forced(session, relation, attnums, options.ForceQuoteAll, options.ForceQuote, "FORCE_QUOTE");
        var codecs = described.Select(c => session.Types.GetCodec(c.TypeOid)).ToArray();
        var writer = new CopyRowWriter(options, session, codecs, names, forceQuote);
        if (statement.Filename.Length == 0)
        {
            return new StatementRun(new CopyOutSource(writer, plan.Start(session, []).Rows!));
        }

        using var file = OpenForWriting(statement.Filename);
        using var rows = plan.Start(session, []).Rows!;
        var count = WriteFile(new CopyOutSource(writer, rows), file, session);
        return new StatementRun($"COPY {count}", count);
    }

    private static long WriteFile(CopyOutSource source, FileStream file, PgSession session)
    {
        const int FlushAt = 64 * 1024;
        var buffer = new ArrayBufferWriter<byte>(FlushAt);
        var count = 0L;
        try
        {
            while (source.WriteNext(buffer, out var isRow))
            {
                session.CheckForInterrupts();
                count += isRow ? 1 : 0;
                if (buffer.WrittenCount >= FlushAt)
                {
                    file.Write(buffer.WrittenSpan);
                    buffer.ResetWrittenCount();
                }
            }

            file.Write(buffer.WrittenSpan);
        }
        catch (IOException e)
        {
            throw new PgException(SqlState.DiskFull, $"could not write to COPY file: {e.Message}", e);
        }

        return count;
    }

    // Files of the server's machine are for superusers and two predefined roles.
    private static void RequireFileRole(PgSession session, Pg.CopyStmt statement)
    {
        if (statement.IsProgram)
        {
            const string ProgramRole = "pg_execute_server_program";
            if (session.Catalog.FindRole(session.CurrentRole) is { rolsuper: false } user
                && !RoleMembership.HasPrivilegesOf(session.Catalog, user.oid, session.Catalog.FindRole(ProgramRole)!.oid))
            {
                throw new PgException(SqlState.InsufficientPrivilege, "permission denied to COPY to or from an external program")
                    .WithDetail($"Only roles with privileges of the \"{ProgramRole}\" role may COPY to or from an external program.")
                    .WithHint("Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.");
            }

            throw PgErrors.FeatureNotSupported(statement.IsFrom ? "COPY FROM PROGRAM" : "COPY TO PROGRAM");
        }

        var role = statement.IsFrom ? "pg_read_server_files" : "pg_write_server_files";
        if (statement.Filename.Length > 0 && session.Catalog.FindRole(session.CurrentRole) is { rolsuper: false } me
            && !RoleMembership.HasPrivilegesOf(session.Catalog, me.oid, session.Catalog.FindRole(role)!.oid))
        {
            var direction = statement.IsFrom ? "from" : "to";
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to COPY {direction} a file")
                .WithDetail($"Only roles with privileges of the \"{role}\" role may COPY {direction} a file.")
                .WithHint("Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.");
        }
    }

    private static void RequireInsert(PgSession session, PgClass relation, short[] attnums)
    {
        var catalog = session.Catalog;
        if (catalog.FindRole(session.CurrentRole) is { rolsuper: false } me
            && PrivilegeCheck.OnClass(catalog, relation, me.oid, AclMode.Insert) == 0
            && !Array.TrueForAll(attnums, a => PrivilegeCheck.OnColumn(catalog, relation, catalog.Attribute(relation.oid, a)!, me.oid, AclMode.Insert) != 0))
        {
            throw Roles.QueryPermissions.Denied(relation);
        }
    }

    /// <summary>CopyGetAttnums: the columns that a COPY names, or all that are not generated.</summary>
    private static short[] ColumnNumbers(PgSession session, PgClass relation, IReadOnlyCollection<Pg.Node> names)
    {
        var catalog = session.Catalog;
        if (names.Count == 0)
        {
            return [.. catalog.Attributes(relation.oid).Where(static a => a is { attnum: > 0, attisdropped: false, attgenerated: '\0' }).Select(static a => a.attnum)];
        }

        var result = new List<short>(names.Count);
        foreach (var node in names)
        {
            var name = node.String.Sval;
            if (catalog.FindAttribute(relation.oid, name) is not { attnum: > 0, attisdropped: false } column)
            {
                throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist");
            }

            if (column.attgenerated != '\0')
            {
                throw new PgException(SqlState.InvalidColumnReference, $"column \"{name}\" is a generated column")
                    .WithDetail("Generated columns cannot be used in COPY.");
            }

            if (result.Contains(column.attnum))
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{name}\" specified more than once");
            }

            result.Add(column.attnum);
        }

        return [.. result];
    }

    private static bool[] Forced(PgSession session, PgClass relation, short[] attnums, bool all, IReadOnlyList<string> names, string option)
    {
        var result = new bool[attnums.Length];
        result.AsSpan().Fill(all);
        foreach (var name in names)
        {
            var attnum = session.Catalog.FindAttribute(relation.oid, name) is { attnum: > 0, attisdropped: false } column
                ? column.attnum
                : throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist");
            var index = Array.IndexOf(attnums, attnum);
            result[index >= 0 ? index : throw NotReferenced(option, name)] = true;
        }

        return result;
    }

    private static bool[] ForcedByName(string[] columns, bool all, IReadOnlyList<string> names)
    {
        var result = new bool[columns.Length];
        result.AsSpan().Fill(all);
        foreach (var name in names)
        {
            var index = Array.IndexOf(columns, name);
            result[index >= 0 ? index : throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" does not exist")] = true;
        }

        return result;
    }

    private static PgException NotReferenced(string option, string name) =>
        new(SqlState.InvalidColumnReference, $"{option} column \"{name}\" not referenced by COPY");

    private static string[] ColumnNames(IReadOnlyList<ColumnDescription> columns, IReadOnlyCollection<Pg.Node> wanted) =>
        wanted.Count == 0 ? [.. columns.Select(static c => c.Name)] : throw PgErrors.FeatureNotSupported("a column list after a query in COPY");

    private static Pg.Node SelectColumns(PgSession session, PgClass relation, short[] attnums)
    {
        var select = new Pg.SelectStmt { LimitOption = Pg.LimitOption.Default, Op = Pg.SetOperation.SetopNone };
        foreach (var attnum in attnums)
        {
            var column = new Pg.ColumnRef { Location = -1 };
            column.Fields.Add(new Pg.Node { String = new Pg.String { Sval = relation.relname } });
            column.Fields.Add(new Pg.Node { String = new Pg.String { Sval = session.Catalog.Attribute(relation.oid, attnum)!.attname } });
            select.TargetList.Add(new Pg.Node { ResTarget = new Pg.ResTarget { Val = new Pg.Node { ColumnRef = column }, Location = -1 } });
        }

        select.FromClause.Add(new Pg.Node
        {
            RangeVar = new Pg.RangeVar
            {
                Schemaname = session.Catalog.Namespace(relation.relnamespace)!.nspname,
                Relname = relation.relname,
                // As COPY does, without the children.
                Inh = false,
                Relpersistence = "p",
                Location = -1,
            },
        });
        return new Pg.Node { SelectStmt = select };
    }

    private static void RejectOtherSources(PgClass relation)
    {
        const string Hint = "Try the COPY (SELECT ...) TO variant.";
        switch (relation.relkind)
        {
            case 'r':
                return;
            case 'v':
                throw new PgException(SqlState.WrongObjectType, $"cannot copy from view \"{relation.relname}\"").WithHint(Hint);
            case 'm':
                throw new PgException(SqlState.WrongObjectType, $"cannot copy from materialized view \"{relation.relname}\"").WithHint(Hint);
            case 'f':
                throw new PgException(SqlState.WrongObjectType, $"cannot copy from foreign table \"{relation.relname}\"").WithHint(Hint);
            case 'p':
                throw new PgException(SqlState.WrongObjectType, $"cannot copy from partitioned table \"{relation.relname}\"").WithHint(Hint);
            case 'S':
                throw new PgException(SqlState.WrongObjectType, $"cannot copy from sequence \"{relation.relname}\"");
            default:
                throw new PgException(SqlState.WrongObjectType, $"cannot copy from non-table relation \"{relation.relname}\"");
        }
    }

    private static PgClass ResolveTarget(PgSession session, Pg.RangeVar name)
    {
        var relation = session.ResolveRelation(name);
        Ddl.ObjectKinds.RequireRows(relation);
        return relation;
    }

    // What PostgreSQL finds once it has asked for the data.
    private static PgException? Refusal(PgSession session, PgClass relation, CopyOptions options) => relation.relkind switch
    {
        'r' when relation.oid < Catalog.BuiltInOids.FirstNormalObjectId =>
            new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog"),
        'p' when options.Freeze => new PgException(SqlState.FeatureNotSupported, "cannot perform COPY FREEZE on a partitioned table"),
        'r' when options.Freeze && !session.IsNewInTransaction(relation.oid) => new PgException(
            SqlState.ObjectNotInPrerequisiteState,
            "cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction"),
        'r' or 'p' => null,
        'f' => Catalog.ForeignData.NoHandler(session.Catalog, relation.oid),
        'v' when TableTriggers.HasInsteadOf(session.Catalog, relation.oid, CommandType.Insert) => null,
        'v' => new PgException(SqlState.WrongObjectType, $"cannot copy to view \"{relation.relname}\"")
            .WithHint("To enable copying to a view, provide an INSTEAD OF INSERT trigger."),
        'm' => new PgException(SqlState.WrongObjectType, $"cannot copy to materialized view \"{relation.relname}\""),
        'S' => new PgException(SqlState.WrongObjectType, $"cannot copy to sequence \"{relation.relname}\""),
        _ => new PgException(SqlState.WrongObjectType, $"cannot copy to non-table relation \"{relation.relname}\""),
    };

    private static StatementRun Refuse(Pg.CopyStmt statement, PgException refusal, CopyOptions options, int columns)
    {
        if (statement.Filename.Length == 0)
        {
            return new StatementRun(new CopyInSink(refusal, options.Format == CopyFormat.Binary, columns));
        }

        using var file = OpenForReading(statement.Filename);
        throw refusal;
    }

    private static FileStream OpenForReading(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? throw new PgException(SqlState.WrongObjectType, $"\"{path}\" is a directory")
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotOpen(e, $"could not open file \"{path}\" for reading", FromFileHint);
        }
    }

    private static FileStream OpenForWriting(string path)
    {
        if (!Path.IsPathRooted(path))
        {
            throw new PgException(SqlState.InvalidName, "relative path not allowed for COPY to file");
        }

        try
        {
            return Directory.Exists(path)
                ? throw new PgException(SqlState.WrongObjectType, $"could not open file \"{path}\" for writing: Is a directory").WithHint(ToFileHint)
                : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotOpen(e, $"could not open file \"{path}\" for writing", ToFileHint);
        }
    }

    private static PgException CannotOpen(Exception e, string message, string hint) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => new PgException(SqlState.UndefinedFile, message + ": No such file or directory", e).WithHint(hint),
        UnauthorizedAccessException => new PgException(SqlState.InsufficientPrivilege, message + ": Permission denied", e).WithHint(hint),
        _ => new PgException(SqlState.IoError, $"{message}: {e.Message}", e),
    };
}
