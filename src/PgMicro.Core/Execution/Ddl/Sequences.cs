using System.Globalization;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE, ALTER SEQUENCE, and the sequences of SERIAL and identity columns (manual: "CREATE SEQUENCE").</summary>
internal static class Sequences
{
    private static readonly NewColumn[] s_columns =
    [
        new("last_value", TypeOid.Int8, -1, 0, 0) { NotNull = true },
        new("log_cnt", TypeOid.Int8, -1, 0, 0) { NotNull = true },
        new("is_called", TypeOid.Bool, -1, 0, 0) { NotNull = true },
    ];

    /// <summary>CREATE SEQUENCE.</summary>
    internal static string Create(DdlContext ddl, Pg.CreateSeqStmt statement)
    {
        var name = statement.Sequence;
        ddl.CheckCatalogName(name);
        var namespaceOid = ddl.CreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, name.Relpersistence, name.Location);
        if (ddl.Catalog.FindClass(name.Relname, namespaceOid) is not null && statement.IfNotExists)
        {
            ddl.Notice($"relation \"{name.Relname}\" already exists, skipping", sqlState: SqlState.DuplicateTable);
            return "CREATE SEQUENCE";
        }

        var persistence = ddl.IsTemp(namespaceOid) ? 't' : name.Relpersistence is "u" ? 'u' : 'p';
        Create(ddl, name.Relname, namespaceOid, persistence, TypeOid.Int8, statement.Options, forIdentity: false);
        return "CREATE SEQUENCE";
    }

    /// <summary>Makes a sequence: its relation, its parameters and its state.</summary>
    internal static uint Create(DdlContext ddl, string name, uint namespaceOid, char persistence, uint type, IEnumerable<Pg.Node> options, bool forIdentity)
    {
        var parameters = Parameters(ddl, new PgSequence { seqtypid = type }, options, isNew: true, forIdentity, out var owner, out _);
        var relation = RelationRows.CreateBare(ddl, name, namespaceOid, 'S', persistence, 0, s_columns, ddl.Owner);
        ddl.Put(parameters with { seqrelid = relation.oid });
        ddl.Depend(new(PgClass.RelationOid, relation.oid), new(PgNamespace.RelationOid, namespaceOid));
        if (owner is not null)
        {
            OwnedBy(ddl, relation.oid, owner, forIdentity);
        }

        ddl.Run(string.Create(CultureInfo.InvariantCulture, $"INSERT OR REPLACE INTO pgmicro_sequence VALUES ({relation.oid}, {parameters.seqstart}, 0)"));
        ForgetOnRollback(ddl, relation.oid);
        ddl.Collect("CREATE SEQUENCE", ObjectAddress.Relation(relation.oid));
        return relation.oid;
    }

    /// <summary>Makes a sequence with the parameters of another.</summary>
    internal static uint Copy(DdlContext ddl, string name, uint namespaceOid, char persistence, PgSequence source)
    {
        var relation = RelationRows.CreateBare(ddl, name, namespaceOid, 'S', persistence, 0, s_columns, ddl.Owner);
        ddl.Put(source with { seqrelid = relation.oid });
        ddl.Depend(new(PgClass.RelationOid, relation.oid), new(PgNamespace.RelationOid, namespaceOid));
        ddl.Run(string.Create(CultureInfo.InvariantCulture, $"INSERT OR REPLACE INTO pgmicro_sequence VALUES ({relation.oid}, {source.seqstart}, 0)"));
        ForgetOnRollback(ddl, relation.oid);
        ddl.Collect("CREATE SEQUENCE", ObjectAddress.Relation(relation.oid));
        return relation.oid;
    }

    private static void ForgetOnRollback(DdlContext ddl, uint sequence)
    {
        var sequences = ddl.Session.Database.Transactions.Sequences;
        ddl.Session.Transaction.OnRollback(() => sequences.Forget(sequence));
    }

    /// <summary>Ties a sequence to a column: dropped with it.</summary>
    internal static void SetOwner(DdlContext ddl, uint sequence, uint relation, int attnum, char dependency) =>
        ddl.Depend(new(PgClass.RelationOid, sequence), new(PgClass.RelationOid, relation, attnum), dependency);

    /// <summary>ALTER SEQUENCE.</summary>
    internal static string Alter(DdlContext ddl, Pg.AlterSeqStmt statement)
    {
        if (ddl.TryFindRelation(statement.Sequence) is not { } relation)
        {
            if (!statement.MissingOk)
            {
                ddl.FindRelation(statement.Sequence);
            }

            ddl.Notice($"relation \"{statement.Sequence.Relname}\" does not exist, skipping");
            return "ALTER SEQUENCE";
        }

        if (relation.relkind != 'S')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot open relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }

        Owners.RequireOwner(ddl, relation.relowner, "sequence", relation.relname);
        Alter(ddl, relation.oid, statement.Options, statement.ForIdentity);
        return "ALTER SEQUENCE";
    }

    /// <summary>Changes the parameters of a sequence, and its state when RESTART says so.</summary>
    internal static void Alter(DdlContext ddl, uint sequence, IEnumerable<Pg.Node> options, bool forIdentity)
    {
        var relation = ddl.Catalog.Class(sequence)!;
        var old = ddl.Catalog.Sequence(sequence)!;
        var parameters = Parameters(ddl, old, options, isNew: false, forIdentity, out var owner, out var restart);
        var state = ddl.Session.Database.Transactions.Sequences.Get(ddl.Connection, old);
        var last = restart ?? state.LastValue;
        if (last < parameters.seqmin)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"RESTART value ({last}) cannot be less than MINVALUE ({parameters.seqmin})");
        }

        if (last > parameters.seqmax)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"RESTART value ({last}) cannot be greater than MAXVALUE ({parameters.seqmax})");
        }

        ddl.Put(parameters);
        ddl.Session.Transaction.OnRollback(ddl.Session.Database.Transactions.Sequences.Restart(ddl.Connection, parameters, restart));

        if (owner is not null)
        {
            OwnedBy(ddl, sequence, owner, forIdentity);
        }
    }

    // init_params
    private static PgSequence Parameters(
        DdlContext ddl, PgSequence sequence, IEnumerable<Pg.Node> options, bool isNew, bool forIdentity, out string[]? owner, out long? restart)
    {
        owner = null;
        restart = null;
        var byName = new Dictionary<string, Pg.DefElem>();
        foreach (var node in options)
        {
            var option = node.DefElem;
            if (option.Defname is "sequence_name" or "logged" or "unlogged")
            {
                continue;
            }

            if (!byName.TryAdd(option.Defname, option))
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }
        }

        var resetMax = false;
        var resetMin = false;
        if (byName.TryGetValue("as", out var asType))
        {
            var type = TypeNames.ResolveOid(ddl.ParseState, asType.Arg.TypeName);
            if (type is not (TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8))
            {
                throw new PgException(
                    SqlState.InvalidParameterValue,
                    forIdentity ? "identity column type must be smallint, integer, or bigint" : "sequence type must be smallint, integer, or bigint");
            }

            if (!isNew)
            {
                resetMax = sequence.seqmax == MaxOf(sequence.seqtypid);
                resetMin = sequence.seqmin == MinOf(sequence.seqtypid);
            }

            sequence = sequence with { seqtypid = type };
        }

        if (byName.TryGetValue("increment", out var increment))
        {
            sequence = sequence with { seqincrement = DdlOptions.Int64(increment) };
            if (sequence.seqincrement == 0)
            {
                throw new PgException(SqlState.InvalidParameterValue, "INCREMENT must not be zero");
            }
        }
        else if (isNew)
        {
            sequence = sequence with { seqincrement = 1 };
        }

        if (byName.TryGetValue("cycle", out var cycle))
        {
            sequence = sequence with { seqcycle = cycle.Arg.Boolean.Boolval };
        }

        var ascending = sequence.seqincrement > 0;
        var typeName = DdlExpressions.FormatType(ddl, sequence.seqtypid);
        if (byName.TryGetValue("maxvalue", out var max) && max.Arg is { NodeCase: not Pg.Node.NodeOneofCase.None })
        {
            sequence = sequence with { seqmax = DdlOptions.Int64(max) };
        }
        else if (isNew || max is not null || resetMax)
        {
            sequence = sequence with { seqmax = ascending || resetMax ? MaxOf(sequence.seqtypid) : -1 };
        }

        if (sequence.seqmax > MaxOf(sequence.seqtypid) || sequence.seqmax < MinOf(sequence.seqtypid))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"MAXVALUE ({sequence.seqmax}) is out of range for sequence data type {typeName}");
        }

        if (byName.TryGetValue("minvalue", out var min) && min.Arg is { NodeCase: not Pg.Node.NodeOneofCase.None })
        {
            sequence = sequence with { seqmin = DdlOptions.Int64(min) };
        }
        else if (isNew || min is not null || resetMin)
        {
            sequence = sequence with { seqmin = !ascending || resetMin ? MinOf(sequence.seqtypid) : 1 };
        }

        if (sequence.seqmin > MaxOf(sequence.seqtypid) || sequence.seqmin < MinOf(sequence.seqtypid))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"MINVALUE ({sequence.seqmin}) is out of range for sequence data type {typeName}");
        }

        if (sequence.seqmin >= sequence.seqmax)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"MINVALUE ({sequence.seqmin}) must be less than MAXVALUE ({sequence.seqmax})");
        }

        if (byName.TryGetValue("start", out var start))
        {
            sequence = sequence with { seqstart = DdlOptions.Int64(start) };
        }
        else if (isNew)
        {
            sequence = sequence with { seqstart = ascending ? sequence.seqmin : sequence.seqmax };
        }

        if (sequence.seqstart < sequence.seqmin)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"START value ({sequence.seqstart}) cannot be less than MINVALUE ({sequence.seqmin})");
        }

        if (sequence.seqstart > sequence.seqmax)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"START value ({sequence.seqstart}) cannot be greater than MAXVALUE ({sequence.seqmax})");
        }

        if (byName.TryGetValue("restart", out var again))
        {
            restart = again.Arg is { NodeCase: not Pg.Node.NodeOneofCase.None } ? DdlOptions.Int64(again) : sequence.seqstart;
        }

        if (byName.TryGetValue("cache", out var cache))
        {
            sequence = sequence with { seqcache = DdlOptions.Int64(cache) };
            if (sequence.seqcache <= 0)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"CACHE ({sequence.seqcache}) must be greater than zero");
            }
        }
        else if (isNew)
        {
            sequence = sequence with { seqcache = 1 };
        }

        if (byName.TryGetValue("owned_by", out var ownedBy))
        {
            owner = DdlContext.Names(ownedBy.Arg.List.Items);
        }

        return sequence;
    }

    private static void OwnedBy(DdlContext ddl, uint sequence, string[] names, bool forIdentity)
    {
        var (relationOid, attnum) = (0u, 0);
        if (names is not ["none"])
        {
            if (names.Length == 1)
            {
                throw new PgException(SqlState.SyntaxError, "invalid OWNED BY option").WithHint("Specify OWNED BY table.column or OWNED BY NONE.");
            }

            var (schema, name) = DdlContext.Qualified(names[..^1]);
            var table = ddl.TryFindRelation(schema, name) ?? throw new PgException(SqlState.UndefinedTable, $"relation \"{string.Join('.', names[..^1])}\" does not exist");
            var own = ddl.Catalog.Class(sequence)!;
            if (table.relkind is not ('r' or 'v' or 'p' or 'f'))
            {
                throw new PgException(SqlState.WrongObjectType, $"sequence cannot be owned by relation \"{table.relname}\"").WithDetail(ObjectKinds.NotSupported(table.relkind));
            }

            if (table.relnamespace != own.relnamespace)
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, "sequence must be in same schema as table it is linked to");
            }

            var column = ddl.Catalog.FindAttribute(table.oid, names[^1])
                ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{names[^1]}\" of relation \"{table.relname}\" does not exist");
            (relationOid, attnum) = (table.oid, column.attnum);
        }

        var address = new ObjectAddress(PgClass.RelationOid, sequence);
        if (!forIdentity && ddl.Catalog.Find(PgDepend.ByDependent, new(PgClass.RelationOid, sequence)).Any(static d => d.deptype == 'i' && d.refobjsubid > 0))
        {
            var (table, _) = ddl.Catalog.OwnerOfSequence(sequence)!.Value;
            throw new PgException(SqlState.FeatureNotSupported, "cannot change ownership of identity sequence")
                .WithDetail($"Sequence \"{ddl.Catalog.Class(sequence)!.relname}\" is linked to table \"{ddl.Catalog.Class(table)!.relname}\".");
        }

        ddl.ForgetDependencies(address, static d => d.refclassid == PgClass.RelationOid && d.deptype is 'a' or 'i');
        if (relationOid != 0)
        {
            SetOwner(ddl, sequence, relationOid, attnum, forIdentity ? 'i' : 'a');
        }
    }

    private static long MaxOf(uint type) => type switch { TypeOid.Int2 => short.MaxValue, TypeOid.Int4 => int.MaxValue, _ => long.MaxValue };

    private static long MinOf(uint type) => type switch { TypeOid.Int2 => short.MinValue, TypeOid.Int4 => int.MinValue, _ => long.MinValue };
}
