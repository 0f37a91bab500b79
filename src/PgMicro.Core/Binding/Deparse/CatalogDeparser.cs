using System.Text;
using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

/// <summary>Catalog objects as the commands that make them: pg_get_expr, pg_get_indexdef, pg_get_constraintdef.</summary>
public sealed partial class CatalogDeparser
{
    private readonly CatalogSnapshot _catalog;
    private readonly TypeContext _types;
    private readonly IReadOnlyList<uint> _searchPath;
    private readonly bool _pretty;

    /// <summary>Starts printing.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="types">Settings that constants are printed by.</param>
    /// <param name="searchPath">Schemas whose objects need no qualification.</param>
    /// <param name="pretty">The functions' "pretty" argument.</param>
    public CatalogDeparser(CatalogSnapshot catalog, TypeContext types, IReadOnlyList<uint> searchPath, bool pretty)
    {
        _catalog = catalog;
        _types = types;
        _searchPath = searchPath;
        _pretty = pretty;
    }

    /// <summary>pg_get_expr of a serialized expression over a relation (0 for none).</summary>
    public string Expr(string serialized, uint relid) => Expr(BoundTreeSerializer.DeserializeExpr(serialized), relid);

    /// <summary>pg_get_expr of an expression over a relation (0 for none).</summary>
    public string Expr(BoundExpr expr, uint relid) => _catalog.Class(relid) is { } relation && ExprFacts.Any(expr, static e => e is BoundSubLink)
        ? QueryDeparser.DeparseExpr(_catalog, _types, _searchPath, _pretty, expr, relation)
        : ExpressionDeparser.Deparse(expr, Context(relid));

    /// <summary>pg_get_indexdef; null when there is no such index.</summary>
    public string? IndexDef(uint indexOid)
    {
        if (_catalog.Index(indexOid) is not { } index || _catalog.Class(indexOid) is not { } relation || _catalog.Class(index.indrelid) is not { } table)
        {
            return null;
        }

        var text = new StringBuilder("CREATE ").Append(index.indisunique ? "UNIQUE INDEX " : "INDEX ")
            .Append(Identifiers.Quote(relation.relname)).Append(" ON ")
            .Append(relation.relkind == 'I' ? "ONLY " : "")
            .Append(Identifiers.QuoteQualified(_pretty ? SchemaUnlessVisible(table) : SchemaOf(table), table.relname))
            .Append(" USING ").Append(Identifiers.Quote(_catalog.Am(relation.relam)!.amname)).Append(" (");
        IndexBody(text, index, relation, null);
        return text.ToString();
    }

    /// <summary>pg_get_indexdef of one column (from 1); the empty string when the index has no such column.</summary>
    public string? IndexColumnDef(uint indexOid, int column)
    {
        if (_catalog.Index(indexOid) is not { } index)
        {
            return null;
        }

        var expressions = IndexExpressions(index);
        var next = 0;
        for (var i = 0; i < index.indkey.Length; i++)
        {
            var text = KeyColumn(index, i, expressions, ref next, out _, out _);
            if (i == column - 1)
            {
                return text;
            }
        }

        return "";
    }

    /// <summary>pg_get_constraintdef; null when there is no such constraint.</summary>
    public string? ConstraintDef(uint constraintOid)
    {
        if (_catalog.Constraint(constraintOid) is not { } constraint)
        {
            return null;
        }

        var text = new StringBuilder();
        switch (constraint.contype)
        {
            case 'c':
                var check = Expr(constraint.conbin!, constraint.conrelid);
                text.Append("CHECK (").Append(check).Append(')').Append(constraint.connoinherit ? " NO INHERIT" : "");
                break;
            case 'f':
                ForeignKey(text, constraint);
                break;
            case 'p' or 'u':
                text.Append(constraint.contype == 'p' ? "PRIMARY KEY " : "UNIQUE ");
                Key(text, constraint);
                break;
            case 'n':
                text.Append("NOT NULL");
                break;
            case 't':
                text.Append("TRIGGER");
                break;
            default:
                Exclusion(text, constraint);
                break;
        }

        text.Append(constraint.condeferrable ? " DEFERRABLE" : "")
            .Append(constraint.condeferred ? " INITIALLY DEFERRED" : "")
            .Append(constraint.convalidated ? "" : " NOT VALID");
        return text.ToString();
    }

    // The index's definition without its name and table, and with the operators.
    private void Exclusion(StringBuilder text, PgConstraint constraint)
    {
        if (_catalog.Index(constraint.conindid) is not { } index || _catalog.Class(constraint.conindid) is not { } relation)
        {
            return;
        }

        text.Append("EXCLUDE USING ").Append(Identifiers.Quote(_catalog.Am(relation.relam)!.amname)).Append(" (");
        IndexBody(text, index, relation, constraint.conexclop!);
    }

    private void ForeignKey(StringBuilder text, PgConstraint constraint)
    {
        var referenced = _catalog.Class(constraint.confrelid)!;
        text.Append("FOREIGN KEY (").Append(Columns(constraint.conrelid, constraint.conkey ?? []))
            .Append(") REFERENCES ").Append(Identifiers.QuoteQualified(SchemaUnlessVisible(referenced), referenced.relname))
            .Append('(').Append(Columns(constraint.confrelid, constraint.confkey ?? [])).Append(')')
            .Append(constraint.confmatchtype == 'f' ? " MATCH FULL" : "")
            .Append(Action(" ON UPDATE ", constraint.confupdtype))
            .Append(Action(" ON DELETE ", constraint.confdeltype));
        if (constraint.confdelsetcols is { Length: > 0 } set)
        {
            text.Append(" (").Append(Columns(constraint.conrelid, set)).Append(')');
        }
    }

    private static string Action(string clause, char action) => action switch
    {
        'r' => clause + "RESTRICT",
        'c' => clause + "CASCADE",
        'n' => clause + "SET NULL",
        'd' => clause + "SET DEFAULT",
        _ => "",
    };

    private void Key(StringBuilder text, PgConstraint constraint)
    {
        var index = _catalog.Index(constraint.conindid);
        text.Append(index is { indnullsnotdistinct: true } ? "NULLS NOT DISTINCT " : "")
            .Append('(').Append(Columns(constraint.conrelid, constraint.conkey ?? [])).Append(')');
        if (index is not null && index.indkey.Length > index.indnkeyatts)
        {
            text.Append(" INCLUDE (").Append(Columns(constraint.conrelid, index.indkey[index.indnkeyatts..])).Append(')');
        }

        if (_catalog.Class(constraint.conindid)?.reloptions is { Length: > 0 } options)
        {
            text.Append(" WITH (").Append(string.Join(", ", options.Select(Option))).Append(')');
        }
    }

    private string Columns(uint relid, short[] numbers) =>
        string.Join(", ", numbers.Select(n => Identifiers.Quote(_catalog.Attribute(relid, n)?.attname ?? "")));

    private static string Option(string option)
    {
        var cut = option.IndexOf('=', StringComparison.Ordinal);
        var value = cut < 0 ? "" : option[(cut + 1)..];

        // A word or a number can stand bare; anything else is quoted.
        return Identifiers.Quote(cut < 0 ? option : option[..cut]) + "="
            + (value.Length > 0 && (Identifiers.Quote(value) == value) ? value : ExpressionDeparser.Literal(value));
    }

    private static List<BoundExpr> IndexExpressions(PgIndex index) => index.indexprs is null
        ? []
        : [.. JsonSerializer.Deserialize<string[]>(index.indexprs)!.Select(BoundTreeSerializer.DeserializeExpr)];

    private string KeyColumn(PgIndex index, int position, List<BoundExpr> expressions, ref int next, out uint type, out uint collation)
    {
        if (index.indkey[position] != 0)
        {
            var attribute = _catalog.Attribute(index.indrelid, index.indkey[position])!;
            (type, collation) = (attribute.atttypid, attribute.attcollation);
            return Identifiers.Quote(attribute.attname);
        }

        var expr = expressions[next++];
        (type, collation) = (expr.Type, expr.Collation);
        return KeyExpression(expr, index.indrelid);
    }

    private void KeyOptions(StringBuilder text, PgIndex index, int i, uint type, uint columnCollation, uint am)
    {
        KeyCollation(text, index.indcollation[i], columnCollation);
        var options = _catalog.Attribute(index.indexrelid, i + 1)?.attoptions;
        if (_catalog.Opclass(index.indclass[i]) is { } opclass && (options is not null || OperatorResolution.DefaultOpclass(_catalog, am, type)?.oid != opclass.oid))
        {
            KeyOpclass(text, opclass);
        }

        if (options is not null)
        {
            text.Append(" (").AppendJoin(", ", options.Select(Option)).Append(')');
        }

        var descending = (index.indoption[i] & 1) != 0;
        var nullsFirst = (index.indoption[i] & 2) != 0;
        text.Append(descending ? " DESC" : "").Append(nullsFirst == descending ? "" : nullsFirst ? " NULLS FIRST" : " NULLS LAST");
    }

    private void IndexBody(StringBuilder text, PgIndex index, PgClass relation, uint[]? operators)
    {
        var expressions = IndexExpressions(index);
        var next = 0;
        for (var i = 0; i < index.indkey.Length; i++)
        {
            if (i == index.indnkeyatts)
            {
                text.Append(") INCLUDE (");
            }
            else if (i > 0)
            {
                text.Append(", ");
            }

            text.Append(KeyColumn(index, i, expressions, ref next, out var type, out var collation));
            if (i < index.indnkeyatts)
            {
                KeyOptions(text, index, i, type, collation, relation.relam);
                if (operators is not null)
                {
                    text.Append(" WITH ").Append(OperatorName(operators[i]));
                }
            }
        }

        text.Append(')');
        if (index.indnullsnotdistinct)
        {
            text.Append(" NULLS NOT DISTINCT");
        }

        if (relation.reloptions is { Length: > 0 } options)
        {
            text.Append(" WITH (").Append(string.Join(", ", options.Select(Option))).Append(')');
        }

        if (index.indpred is not null)
        {
            var predicate = Expr(index.indpred, index.indrelid);
            text.Append(" WHERE ").Append(operators is null ? predicate : $"({predicate})");
        }
    }

    // generate_operator_name
    private string OperatorName(uint oid)
    {
        var op = _catalog.Operator(oid)!;
        foreach (var nsp in _searchPath)
        {
            if (_catalog.FindOperator(op.oprname, op.oprleft, op.oprright, nsp) is { } found)
            {
                if (found.oid == oid)
                {
                    return op.oprname;
                }

                break;
            }
        }

        return $"OPERATOR({Identifiers.Quote(_catalog.Namespace(op.oprnamespace)!.nspname)}.{op.oprname})";
    }

    private string? SchemaOf(PgClass relation) => _catalog.Namespace(relation.relnamespace)?.nspname;

    private string? SchemaUnlessVisible(PgClass relation)
    {
        foreach (var nsp in _searchPath)
        {
            if (nsp == relation.relnamespace)
            {
                return null;
            }

            if (_catalog.FindClass(relation.relname, nsp) is not null)
            {
                break;
            }
        }

        return SchemaOf(relation);
    }

    private DeparseContext Context(uint relid) => new()
    {
        Catalog = _catalog,
        TypeContext = _types,
        SearchPath = _searchPath,
        ColumnName = DeparseContext.ColumnsOf(_catalog, relid),
        PrettyParens = _pretty,
    };
}
