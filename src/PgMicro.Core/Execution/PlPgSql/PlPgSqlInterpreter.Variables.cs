using System.Text.Json;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>Declarations and assignments.</content>
internal sealed partial class PlPgSqlInterpreter
{
    private PlVariable Variable(JsonElement declared)
    {
        var (type, typmod) = ResolveType(declared.GetProperty("datatype").GetProperty("PLpgSQL_type").GetProperty("typname").GetString()!.Trim());
        return new PlVariable(declared.GetProperty("refname").GetString()!)
        {
            Type = type,
            Typmod = typmod,
            IsConstant = declared.TryGetProperty("isconst", out var isConstant) && isConstant.GetBoolean(),
            IsNotNull = declared.TryGetProperty("notnull", out var notNull) && notNull.GetBoolean(),
            Default = declared.TryGetProperty("default_val", out var value) ? value : null,
            Line = LineOf(declared),
        };
    }

    private List<PlField> RowType(JsonElement declared)
    {
        if (!declared.TryGetProperty("datatype", out var datatype))
        {
            return [];
        }

        var name = datatype.GetProperty("PLpgSQL_type").GetProperty("typname").GetString()!.Trim();
        var isRowType = name.EndsWith("%rowtype", StringComparison.OrdinalIgnoreCase);
        if (name.Equals("record", StringComparison.OrdinalIgnoreCase) || name.Equals("pg_catalog.record", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        var oid = session.Reg!.Parse(TypeOid.Regclass, isRowType ? name[..^"%rowtype".Length] : name);
        return [.. session.Catalog.Attributes(oid).Where(static a => a is { attnum: > 0, attisdropped: false }).Select(static a => new PlField(a.attname, a.atttypid, a.atttypmod))];
    }

    private (uint Type, int Typmod) ResolveType(string name)
    {
        const string Suffix = "%type";
        const string BuiltIn = "pg_catalog.\"";
        if (name.StartsWith(BuiltIn, StringComparison.Ordinal))
        {
            // The parser quotes SQL's own names of types: pg_catalog."integer".
            name = name[BuiltIn.Length..^1];
        }

        if (name.EndsWith("%rowtype", StringComparison.OrdinalIgnoreCase))
        {
            // The parser, which knows no tables, takes such a variable for one value.
            throw PgErrors.FeatureNotSupported("%ROWTYPE in PL/pgSQL");
        }

        if (name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            var target = name[..^Suffix.Length].Trim();
            if (FindVariable(target) is { } variable)
            {
                return (variable.Type, variable.Typmod);
            }

            var dot = target.LastIndexOf('.');
            var relation = session.Catalog.Class(session.Reg!.Parse(TypeOid.Regclass, target[..dot]))!;
            var column = session.Catalog.FindAttribute(relation.oid, target[(dot + 1)..].Trim('"'))
                ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{target[(dot + 1)..]}\" of relation \"{relation.relname}\" does not exist");
            return (column.atttypid, column.atttypmod);
        }

        var statement = session.Database.Parser.Parse($"SELECT NULL::{name}")[0];
        var expr = Binder.Bind(statement.Raw, new BindingContext(session, GivenParameters.None)).TargetList[0].Expr;
        return (expr.Type, expr.Typmod);
    }

    private void Assign(JsonElement statement)
    {
        var text = TextOf(statement.GetProperty("expr"));
        var at = AssignmentSign(text, out var length);
        var target = text[..at].Trim();
        if (target.Contains('[', StringComparison.Ordinal))
        {
            throw PgErrors.FeatureNotSupported("assignment to an element of a variable in PL/pgSQL");
        }

        var expression = text[(at + length)..].Trim();
        var parts = Array.ConvertAll(target.Split('.', StringSplitOptions.TrimEntries), Fold);
        if (!TryFind(parts, out var variable, out var rest))
        {
            throw new PgException(SqlState.SyntaxError, $"\"{target}\" is not a known variable");
        }

        if (rest is [var name] && variable.IsRecord)
        {
            var field = variable.Fields!.Find(f => f.Name == name)
                ?? throw new PgException(SqlState.UndefinedColumn, $"record \"{variable.Name}\" has no field \"{name}\"");
            field.Value = Evaluate(expression, field.Type, field.Typmod).Value;
            return;
        }

        if (rest.Length > 0)
        {
            throw PgErrors.FeatureNotSupported($"assignment to \"{target}\" in PL/pgSQL");
        }

        if (variable.IsRecord)
        {
            var source = FindVariable(Fold(expression));
            if (source is not { IsRecord: true })
            {
                throw PgErrors.FeatureNotSupported("assignment of an expression to a record in PL/pgSQL");
            }

            variable.Fields = [.. source.Fields!.Select(static f => new PlField(f.Name, f.Type, f.Typmod) { Value = f.Value })];
            return;
        }

        try
        {
            AssignValue(variable, Evaluate(expression, variable.Type, variable.Typmod).Value);
        }
        catch (PgException e) when (e.InternalQuery == expression)
        {
            // The query is the whole assignment.
            e.InternalPosition += text.LastIndexOf(expression, StringComparison.Ordinal);
            e.InternalQuery = text;
            throw;
        }
    }

    private static string Fold(string name) => name.StartsWith('"') ? name.Trim('"') : name.ToLowerInvariant();

    // The first := or = outside brackets and quotes; the grammar has already found the target before it.
    private static int AssignmentSign(string text, out int length)
    {
        var depth = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '[' when !quoted:
                    depth++;
                    break;
                case ']' when !quoted:
                    depth--;
                    break;
                case ':' when !quoted && depth == 0 && i + 1 < text.Length && text[i + 1] == '=':
                    length = 2;
                    return i;
                case '=' when !quoted && depth == 0:
                    length = 1;
                    return i;
            }
        }

        throw new InvalidOperationException($"No assignment in \"{text}\".");
    }

    private static void AssignValue(PlVariable variable, PgDatum value)
    {
        if (value.IsNull && variable.IsNotNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, $"null value cannot be assigned to variable \"{variable.Name}\" declared NOT NULL");
        }

        variable.Value = value;
    }

    /// <summary>Gives the columns of a row, or NULLs, to an INTO target or loop variable.</summary>
    private void AssignRow(JsonElement target, IReadOnlyList<ColumnDescription> columns, PgDatum[]? row)
    {
        if (target.TryGetProperty("PLpgSQL_rec", out var record))
        {
            var variable = _datums[record.GetProperty("dno").GetInt32()]!;
            variable.Fields = [.. columns.Select((c, i) => new PlField(c.Name, c.TypeOid, c.Typmod) { Value = row?[i] ?? PgDatum.Null })];
            return;
        }

        if (target.TryGetProperty("PLpgSQL_var", out var single))
        {
            AssignConverted(FindVariable(single.GetProperty("refname").GetString()!)!, columns[0], row?[0] ?? PgDatum.Null);
            return;
        }

        var index = 0;
        foreach (var field in target.GetProperty("PLpgSQL_row").GetProperty("fields").EnumerateArray())
        {
            var variable = VariableOf(field.GetProperty("varno").GetInt32()) ?? throw PgErrors.FeatureNotSupported("a field of a record as INTO target in PL/pgSQL");
            if (index < columns.Count)
            {
                AssignConverted(variable, columns[index], row?[index] ?? PgDatum.Null);
            }
            else
            {
                AssignValue(variable, PgDatum.Null);
            }

            index++;
        }
    }

    private void AssignConverted(PlVariable variable, ColumnDescription column, PgDatum value)
    {
        if (!value.IsNull && (column.TypeOid != variable.Type || variable.Typmod >= 0))
        {
            var carrier = new PlVariable("value") { Type = column.TypeOid, Typmod = column.Typmod, Value = value };
            var frame = Enter(null, carrier);
            try
            {
                value = Evaluate("\"value\"", variable.Type, variable.Typmod).Value;
            }
            finally
            {
                _frames.RemoveAt(_frames.Count - 1);
                _queries.Remove(("\"value\"", variable.Type, frame, frame.Visible.Count));
            }
        }

        AssignValue(variable, value);
    }
}
