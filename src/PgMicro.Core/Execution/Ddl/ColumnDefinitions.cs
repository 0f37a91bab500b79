using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>What the clauses of a table definition ask for, taken apart (PostgreSQL's CreateStmtContext).</summary>
internal sealed class TableDefinition(string relationName, string schemaName, uint namespaceOid, char persistence)
{
    internal string RelationName { get; } = relationName;

    internal string SchemaName { get; } = schemaName;

    internal uint Namespace { get; } = namespaceOid;

    internal char Persistence { get; } = persistence;

    /// <summary>PARTITION BY.</summary>
    internal Pg.PartitionSpec? PartitionBy { get; init; }

    /// <summary>USING; empty when it is not given.</summary>
    internal string AccessMethod { get; init; } = "";

    /// <summary>FOR VALUES or DEFAULT of a table that is to be a partition of its one parent.</summary>
    internal Pg.PartitionBoundSpec? Bound { get; init; }

    /// <summary>Whether it is a foreign table.</summary>
    internal bool IsForeign { get; init; }

    internal List<NewColumn> Columns { get; } = [];

    internal List<Pg.Constraint> Checks { get; } = [];

    internal List<Pg.Constraint> Keys { get; } = [];

    internal List<Pg.Constraint> ForeignKeys { get; } = [];

    /// <summary>The tables of INHERITS or PARTITION OF.</summary>
    internal List<PgClass> Parents { get; } = [];

    /// <summary>The checks that it has from them.</summary>
    internal List<InheritedCheck> InheritedChecks { get; } = [];

    /// <summary>Column types as written: PostgreSQL resolves them once more when it makes the table.</summary>
    internal List<Pg.TypeName> TypeNames { get; } = [];

    /// <summary>What LIKE takes over once the table is there.</summary>
    internal List<Action<PgClass>> Afterwards { get; } = [];
}

/// <summary>Column definitions: types, SERIAL, identity, column constraints (transformColumnDefinition).</summary>
internal static class ColumnDefinitions
{
    internal static NewColumn Transform(DdlContext ddl, TableDefinition table, Pg.ColumnDef definition)
    {
        var name = definition.Colname;
        if (definition.TypeName is null)
        {
            throw PgErrors.FeatureNotSupported("a column of a typed table", definition.Location);
        }

        var serial = SerialType(definition.TypeName);
        uint type;
        int typmod;
        if (serial != 0)
        {
            if (definition.TypeName.ArrayBounds.Count > 0)
            {
                throw new PgException(SqlState.FeatureNotSupported, "array of serial is not implemented").At(definition.TypeName.Location);
            }

            (type, typmod) = (serial, -1);
        }
        else
        {
            (type, typmod) = TypeNames.Resolve(ddl.ParseState, definition.TypeName);
            table.TypeNames.Add(definition.TypeName);
            if (definition.TypeName.Setof)
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"column \"{name}\" cannot be declared SETOF");
            }
        }

        var collation = Collation(ddl, definition, type);
        var column = new NewColumn(name, type, typmod, collation, definition.TypeName.ArrayBounds.Count) { NotNull = serial != 0 || definition.IsNotNull };
        if (definition.StorageName.Length > 0)
        {
            column.NamedStorage = StorageLetter(ddl, definition.StorageName, type);
        }

        if (definition.Compression.Length > 0)
        {
            column.Compression = CompressionLetter(ddl, definition.Compression, type);
        }

        if (serial != 0)
        {
            var sequenceName = ObjectNames.ChooseRelationName(ddl.Catalog, table.RelationName, name, "seq", table.Namespace);
            column.Sequence = Sequences.Create(ddl, sequenceName, table.Namespace, table.Persistence, type, [], forIdentity: false);
            column.StoredDefault = BoundTreeSerializer.Serialize(Nextval(ddl, column));
        }

        ApplyConstraints(ddl, table, definition, column, serial != 0);
        return column;
    }

    /// <summary>GENERATED … AS IDENTITY: the sequence and the mark.</summary>
    internal static void AddIdentity(DdlContext ddl, NewColumn column, Pg.Constraint constraint, string relationName, uint namespaceOid, char persistence)
    {
        if (column.Type is not (TypeOid.Int2 or TypeOid.Int4 or TypeOid.Int8))
        {
            throw new PgException(SqlState.InvalidParameterValue, "identity column type must be smallint, integer, or bigint");
        }

        string? wanted = null;
        foreach (var option in constraint.Options)
        {
            if (option.DefElem.Defname == "sequence_name")
            {
                wanted = option.DefElem.Arg.List.Items[^1].String.Sval;
            }
        }

        column.Sequence = Sequences.Create(
            ddl, wanted ?? ObjectNames.ChooseRelationName(ddl.Catalog, relationName, column.Name, "seq", namespaceOid), namespaceOid, persistence, column.Type, constraint.Options, forIdentity: true);
        column.Identity = constraint.GeneratedWhen[0];
        column.NotNull = true;
    }

    /// <summary>The collation of a column: that of COLLATE, else the type's (42804 when the type has none).</summary>
    internal static uint Collation(DdlContext ddl, Pg.ColumnDef definition, uint type)
    {
        var own = ddl.Catalog.Type(type)!.typcollation;
        if (definition.CollClause is null)
        {
            return own;
        }

        var collation = NamespaceLookup.CollationOid(ddl.ParseState, DdlContext.Names(definition.CollClause.Collname), definition.CollClause.Location);
        return own != 0
            ? collation
            : throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {DdlExpressions.FormatType(ddl, type)}").At(definition.CollClause.Location);
    }

    /// <summary>nextval of the column's sequence, as the column's type.</summary>
    private static BoundExpr Nextval(DdlContext ddl, NewColumn column)
    {
        var call = new BoundFuncExpr { FuncId = TypeRows.Proc(ddl, "nextval"), Type = TypeOid.Int8 };
        call.Args.Add(new BoundConst { Type = TypeOid.Regclass, Value = PgDatum.FromInt64(column.Sequence) });
        return DdlExpressions.CoerceToColumn(ddl.ParseState, call, column.Name, column.Type, -1, '\0');
    }

    internal static Pg.Node Name(string text) => new() { String = new Pg.String { Sval = text } };

    internal static char CompressionLetter(DdlContext ddl, string name, uint type)
    {
        if (ddl.Catalog.Type(type)!.typstorage == 'p' && name != "default")
        {
            throw new PgException(SqlState.FeatureNotSupported, $"column data type {DdlExpressions.FormatType(ddl, type)} does not support compression");
        }

        return name switch
        {
            "default" => '\0',
            "pglz" => 'p',
            "lz4" => 'l',
            _ => throw new PgException(SqlState.InvalidParameterValue, $"invalid compression method \"{name}\""),
        };
    }

    /// <summary>pg_attribute.attstorage of a storage's name.</summary>
    internal static char StorageLetter(DdlContext ddl, string name, uint type)
    {
        var letter = name.ToUpperInvariant() switch
        {
            "PLAIN" => 'p',
            "EXTERNAL" => 'e',
            "EXTENDED" => 'x',
            "MAIN" => 'm',
            "DEFAULT" => ddl.Catalog.Type(type)!.typstorage,
            _ => throw new PgException(SqlState.InvalidParameterValue, $"invalid storage type \"{name}\""),
        };
        return letter == 'p' || ddl.Catalog.Type(type)!.typstorage != 'p'
            ? letter
            : throw new PgException(SqlState.FeatureNotSupported, $"column data type {DdlExpressions.FormatType(ddl, type)} can only have storage PLAIN");
    }

    /// <summary>Gives the DEFERRABLE and similar marks to the constraints that they follow (transformConstraintAttrs).</summary>
    internal static void Attributes(IEnumerable<Pg.Constraint> constraints)
    {
        Pg.Constraint? last = null;
        var (sawDeferrability, sawInitially) = (false, false);
        foreach (var constraint in constraints)
        {
            var clause = constraint.Contype switch
            {
                Pg.ConstrType.ConstrAttrDeferrable => "DEFERRABLE",
                Pg.ConstrType.ConstrAttrNotDeferrable => "NOT DEFERRABLE",
                Pg.ConstrType.ConstrAttrDeferred => "INITIALLY DEFERRED",
                Pg.ConstrType.ConstrAttrImmediate => "INITIALLY IMMEDIATE",
                _ => null,
            };
            if (clause is null)
            {
                last = constraint;
                (sawDeferrability, sawInitially) = (false, false);
                continue;
            }

            if (last?.Contype is not (Pg.ConstrType.ConstrPrimary or Pg.ConstrType.ConstrUnique or Pg.ConstrType.ConstrExclusion or Pg.ConstrType.ConstrForeign))
            {
                throw new PgException(SqlState.SyntaxError, $"misplaced {clause} clause").At(constraint.Location);
            }

            if (clause is "DEFERRABLE" or "NOT DEFERRABLE" ? sawDeferrability : sawInitially)
            {
                throw new PgException(
                    SqlState.SyntaxError, $"multiple {(clause is "DEFERRABLE" or "NOT DEFERRABLE" ? "DEFERRABLE/NOT DEFERRABLE" : "INITIALLY IMMEDIATE/DEFERRED")} clauses not allowed").At(constraint.Location);
            }

            switch (clause)
            {
                case "DEFERRABLE":
                    (last.Deferrable, sawDeferrability) = (true, true);
                    break;
                case "NOT DEFERRABLE":
                    (last.Deferrable, sawDeferrability) = (false, true);
                    if (sawInitially && last.Initdeferred)
                    {
                        throw new PgException(SqlState.SyntaxError, "constraint declared INITIALLY DEFERRED must be DEFERRABLE").At(constraint.Location);
                    }

                    break;
                case "INITIALLY DEFERRED":
                    (last.Initdeferred, sawInitially) = (true, true);
                    if (sawDeferrability && !last.Deferrable)
                    {
                        throw new PgException(SqlState.SyntaxError, "constraint declared INITIALLY DEFERRED must be DEFERRABLE").At(constraint.Location);
                    }

                    last.Deferrable = true;
                    break;
                default:
                    (last.Initdeferred, sawInitially) = (false, true);
                    break;
            }
        }
    }

    private static void ApplyConstraints(DdlContext ddl, TableDefinition table, Pg.ColumnDef definition, NewColumn column, bool isSerial)
    {
        var name = column.Name;
        var constraints = definition.Constraints.Select(static n => n.Constraint.Clone()).ToList();
        Attributes(constraints);
        var (sawNullable, sawDefault, sawIdentity, sawGenerated) = (isSerial, isSerial, false, false);

        // What SERIAL has put there has no place in the text.
        PgException Error(string text, int location) => new PgException(SqlState.SyntaxError, text).At(isSerial ? -1 : location);
        foreach (var constraint in constraints)
        {
            if (table.IsForeign)
            {
                ForeignData.ForeignTables.RefuseConstraint(constraint);
            }

            switch (constraint.Contype)
            {
                case Pg.ConstrType.ConstrNull:
                    if ((sawNullable && column.NotNull) || column.Identity != 0)
                    {
                        throw Error($"conflicting NULL/NOT NULL declarations for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
                    }

                    sawNullable = true;
                    break;
                case Pg.ConstrType.ConstrNotnull:
                    if (sawNullable && !column.NotNull)
                    {
                        throw Error($"conflicting NULL/NOT NULL declarations for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
                    }

                    (sawNullable, column.NotNull) = (true, true);
                    break;
                case Pg.ConstrType.ConstrDefault:
                    if (sawDefault)
                    {
                        throw Error($"multiple default values specified for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
                    }

                    (sawDefault, column.Default) = (true, constraint.RawExpr);
                    break;
                case Pg.ConstrType.ConstrIdentity:
                    if (sawIdentity)
                    {
                        throw Error($"multiple identity specifications for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
                    }

                    if (sawNullable && !column.NotNull)
                    {
                        throw Error($"conflicting NULL/NOT NULL declarations for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
                    }

                    AddIdentity(ddl, column, constraint, table.RelationName, table.Namespace, table.Persistence);
                    (sawIdentity, sawNullable) = (true, true);
                    break;
                case Pg.ConstrType.ConstrGenerated:
                    if (sawGenerated)
                    {
                        throw Error($"multiple generation clauses specified for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
                    }

                    sawGenerated = true;
                    (column.Generated, column.Default) = ('s', constraint.RawExpr);
                    break;
                case Pg.ConstrType.ConstrCheck:
                    table.Checks.Add(constraint);
                    break;
                case Pg.ConstrType.ConstrPrimary or Pg.ConstrType.ConstrUnique:
                    if (constraint.Keys.Count == 0)
                    {
                        constraint.Keys.Add(Name(name));
                    }

                    table.Keys.Add(constraint);
                    break;
                case Pg.ConstrType.ConstrForeign:
                    constraint.FkAttrs.Add(Name(name));
                    table.ForeignKeys.Add(constraint);
                    break;
                default:
                    break;
            }

            if (sawDefault && sawIdentity)
            {
                throw Error($"both default and identity specified for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
            }

            if (sawDefault && sawGenerated)
            {
                throw Error($"both default and generation expression specified for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
            }

            if (sawIdentity && sawGenerated)
            {
                throw Error($"both identity and generation expression specified for column \"{name}\" of table \"{table.RelationName}\"", constraint.Location);
            }
        }
    }

    private static uint SerialType(Pg.TypeName name) => name.Names is not [var only] || name.PctType ? 0 : only.String.Sval switch
    {
        "smallserial" or "serial2" => TypeOid.Int2,
        "serial" or "serial4" => TypeOid.Int4,
        "bigserial" or "serial8" => TypeOid.Int8,
        _ => 0,
    };
}
