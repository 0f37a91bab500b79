using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TYPE … AS ENUM, and ALTER TYPE … ADD VALUE and RENAME VALUE.</summary>
internal static class Enums
{
    internal static string Create(DdlContext ddl, Pg.CreateEnumStmt statement)
    {
        var (namespaceOid, name) = TypeRows.NewName(ddl, statement.TypeName);
        var arrayOid = ddl.NewOid();
        var oid = ddl.NewOid();
        ddl.Put(new PgType
        {
            oid = oid,
            typname = name,
            typnamespace = namespaceOid,
            typowner = ddl.Owner,
            typlen = 4,
            typbyval = true,
            typtype = 'e',
            typcategory = 'E',
            typarray = arrayOid,
            typinput = TypeRows.Proc(ddl, "enum_in"),
            typoutput = TypeRows.Proc(ddl, "enum_out"),
            typreceive = TypeRows.Proc(ddl, "enum_recv"),
            typsend = TypeRows.Proc(ddl, "enum_send"),
            typalign = 'i',
            typstorage = 'p',
        });
        ddl.Depend(new(PgType.RelationOid, oid), new(PgNamespace.RelationOid, namespaceOid));
        TypeRows.CreateArray(ddl, name, namespaceOid, ddl.Owner, oid, arrayOid, 'i', ',', 0, 0, 0);
        var labels = DdlContext.Names(statement.Vals);
        for (var i = 0; i < labels.Length; i++)
        {
            RequireLength(labels[i]);
            if (Array.IndexOf(labels, labels[i]) < i)
            {
                throw new PgException(SqlState.UniqueViolation, "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"")
                {
                    Detail = $"Key (enumtypid, enumlabel)=({oid}, {labels[i]}) already exists.",
                    SchemaName = "pg_catalog",
                    TableName = "pg_enum",
                    ConstraintName = "pg_enum_typid_label_index",
                };
            }

            ddl.Put(new PgEnum { oid = ddl.NewOid(), enumtypid = oid, enumsortorder = i + 1, enumlabel = labels[i] });
        }

        return "CREATE TYPE";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterEnumStmt statement)
    {
        var name = new Pg.TypeName { Typemod = -1, Location = -1 };
        name.Names.AddRange(statement.TypeName);
        var type = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
        if (type.typtype != 'e')
        {
            throw new PgException(SqlState.WrongObjectType, $"{DdlExpressions.FormatType(ddl, type.oid)} is not an enum");
        }

        RequireLength(statement.NewVal);
        if (statement.OldVal.Length > 0)
        {
            var old = ddl.Catalog.FindEnumValue(type.oid, statement.OldVal)
                ?? throw new PgException(SqlState.InvalidParameterValue, $"\"{statement.OldVal}\" is not an existing enum label");
            if (ddl.Catalog.FindEnumValue(type.oid, statement.NewVal) is not null)
            {
                throw new PgException(SqlState.DuplicateObject, $"enum label \"{statement.NewVal}\" already exists");
            }

            ddl.Put(old with { enumlabel = statement.NewVal });
            return "ALTER TYPE";
        }

        if (ddl.Catalog.FindEnumValue(type.oid, statement.NewVal) is not null)
        {
            if (!statement.SkipIfNewValExists)
            {
                throw new PgException(SqlState.DuplicateObject, $"enum label \"{statement.NewVal}\" already exists");
            }

            ddl.Notice($"enum label \"{statement.NewVal}\" already exists, skipping", sqlState: SqlState.DuplicateObject);
            return "ALTER TYPE";
        }

        ddl.Put(new PgEnum { oid = ddl.NewOid(), enumtypid = type.oid, enumsortorder = SortOrder(ddl, type.oid, statement), enumlabel = statement.NewVal });
        return "ALTER TYPE";
    }

    // Between its neighbours; stored values carry their sort order, so the others' may not change.
    private static float SortOrder(DdlContext ddl, uint type, Pg.AlterEnumStmt statement)
    {
        var values = ddl.Catalog.EnumValues(type);
        if (statement.NewValNeighbor.Length == 0)
        {
            return values.Length == 0 ? 1 : MathF.Floor(values[^1].enumsortorder + 1);
        }

        var neighbor = ddl.Catalog.FindEnumValue(type, statement.NewValNeighbor)
            ?? throw new PgException(SqlState.InvalidParameterValue, $"\"{statement.NewValNeighbor}\" is not an existing enum label");
        var at = values.IndexOf(neighbor);
        var other = statement.NewValIsAfter ? at + 1 : at - 1;
        if (other < 0)
        {
            return neighbor.enumsortorder - 1;
        }

        if (other >= values.Length)
        {
            return neighbor.enumsortorder + 1;
        }

        var middle = (neighbor.enumsortorder + values[other].enumsortorder) / 2;
        return middle == neighbor.enumsortorder || middle == values[other].enumsortorder
            ? throw PgErrors.FeatureNotSupported("ALTER TYPE ADD VALUE between values that have no number between them")
            : middle;
    }

    private static void RequireLength(string label)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(label) > ObjectNames.MaxLength)
        {
            throw new PgException(SqlState.InvalidName, $"invalid enum label \"{label}\"").WithDetail($"Labels must be {ObjectNames.MaxLength} bytes or less.");
        }
    }
}
