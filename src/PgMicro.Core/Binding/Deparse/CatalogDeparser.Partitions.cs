using System.Text;
using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Binding.Deparse;

public sealed partial class CatalogDeparser
{
    /// <summary>pg_get_partkeydef; null when the relation is not partitioned.</summary>
    public string? PartitionKeyDef(uint relid)
    {
        if (_catalog.Find(PgPartitionedTable.Relation, new(relid)) is not { } key)
        {
            return null;
        }

        var text = new StringBuilder(key.partstrat switch { 'h' => "HASH", 'l' => "LIST", _ => "RANGE" }).Append(" (");
        List<BoundExpr> expressions = key.partexprs is null ? [] : [.. JsonSerializer.Deserialize<string[]>(key.partexprs)!.Select(BoundTreeSerializer.DeserializeExpr)];
        var next = 0;
        for (var i = 0; i < key.partnatts; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            uint type, collation;
            if (key.partattrs[i] != 0)
            {
                var column = _catalog.Attribute(relid, key.partattrs[i])!;
                text.Append(Identifiers.Quote(column.attname));
                (type, collation) = (column.atttypid, column.attcollation);
            }
            else
            {
                var expr = expressions[next++];
                text.Append(KeyExpression(expr, relid));
                (type, collation) = (expr.Type, expr.Collation);
            }

            KeyCollation(text, key.partcollation[i], collation);
            if (_catalog.Opclass(key.partclass[i]) is { } opclass
                && OperatorResolution.DefaultOpclass(_catalog, key.partstrat == 'h' ? BuiltInOids.HashAm : BuiltInOids.BtreeAm, type)?.oid != opclass.oid)
            {
                KeyOpclass(text, opclass);
            }
        }

        return text.Append(')').ToString();
    }

    // What looks like a function call needs no parentheses in the list of a key.
    private string KeyExpression(BoundExpr expr, uint relid)
    {
        var text = Expr(expr, relid);
        return expr is BoundFuncExpr { FuncFormat: CoercionForm.ExplicitCall or CoercionForm.SqlSyntax } or BoundCoalesceExpr or BoundMinMaxExpr
                or BoundSqlValueFunction or BoundNullIfExpr or BoundXmlExpr
            ? text
            : $"({text})";
    }

    private void KeyCollation(StringBuilder text, uint collation, uint ofColumn)
    {
        if (collation != 0 && collation != ofColumn && _catalog.Collation(collation) is { } row)
        {
            text.Append(" COLLATE ").Append(Identifiers.QuoteQualified(
                _searchPath.Contains(row.collnamespace) ? null : _catalog.Namespace(row.collnamespace)?.nspname, row.collname));
        }
    }

    private void KeyOpclass(StringBuilder text, PgOpclass opclass) => text.Append(' ').Append(Identifiers.QuoteQualified(
        _searchPath.Contains(opclass.opcnamespace) ? null : _catalog.Namespace(opclass.opcnamespace)?.nspname, opclass.opcname));
}
