using System.Buffers;
using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Violations of constraints, in PostgreSQL's words. A failing row is shown as one of the table that the statement names.</summary>
internal static class ConstraintErrors
{
    /// <summary>Bytes of a value that a failing row shows.</summary>
    private const int MaxFieldLength = 64;

    internal static PgException NotNull(TableLayout table, TableColumn column, PgDatum[] row, TypeContext context, TableLayout? named = null) =>
        new(SqlState.NotNullViolation, $"null value in column \"{column.Name}\" of relation \"{table.Name}\" violates not-null constraint")
        {
            Detail = FailingRow(table, row, context, named),
            SchemaName = table.Schema,
            TableName = table.Name,
            ColumnName = column.Name,
        };

    internal static PgException Check(TableLayout table, string constraint, PgDatum[] row, TypeContext context, TableLayout? named = null) =>
        new(SqlState.CheckViolation, $"new row for relation \"{table.Name}\" violates check constraint \"{constraint}\"")
        {
            Detail = FailingRow(table, row, context, named),
            SchemaName = table.Schema,
            TableName = table.Name,
            ConstraintName = constraint,
        };

    internal static PgException ViewCheck(TableLayout table, string view, PgDatum[] row, TypeContext context, TableLayout? named = null) =>
        new(SqlState.WithCheckOptionViolation, $"new row violates check option for view \"{view}\"") { Detail = FailingRow(table, row, context, named) };

    /// <summary>A row that is not of the partition that it is written to.</summary>
    internal static PgException Partition(TableLayout table, PgDatum[] row, TypeContext context, TableLayout? named) =>
        new(SqlState.CheckViolation, $"new row for relation \"{table.Name}\" violates partition constraint")
        {
            Detail = FailingRow(table, row, context, named),
            SchemaName = table.Schema,
            TableName = table.Name,
        };

    /// <summary>A violated policy: what the row holds is not told.</summary>
    internal static PgException Policy(WithCheckOption check)
    {
        var policy = check.PolicyName is null ? "" : $" \"{check.PolicyName}\"";
        return new(SqlState.InsufficientPrivilege, check.Kind switch
        {
            WithCheckKind.PolicyConflict => $"new row violates row-level security policy{policy} (USING expression) for table \"{check.RelName}\"",
            WithCheckKind.PolicyMergeUpdate or WithCheckKind.PolicyMergeDelete => $"target row violates row-level security policy{policy} (USING expression) for table \"{check.RelName}\"",
            _ => $"new row violates row-level security policy{policy} for table \"{check.RelName}\"",
        });
    }

    internal static PgException Unique(TableLayout table, string index, string key) =>
        new(SqlState.UniqueViolation, $"duplicate key value violates unique constraint \"{index}\"")
        {
            Detail = $"Key {key} already exists.",
            SchemaName = table.Schema,
            TableName = table.Name,
            ConstraintName = index,
        };

    /// <param name="table">The table.</param>
    /// <param name="constraint">The exclusion constraint.</param>
    /// <param name="detail">The keys.</param>
    /// <param name="isNew">Whether the constraint is being made over rows that exist.</param>
    internal static PgException Exclusion(TableLayout table, string constraint, string detail, bool isNew) =>
        new(SqlState.ExclusionViolation, isNew ? $"could not create exclusion constraint \"{constraint}\"" : $"conflicting key value violates exclusion constraint \"{constraint}\"")
        {
            Detail = detail,
            SchemaName = table.Schema,
            TableName = table.Name,
            ConstraintName = constraint,
        };

    internal static PgException MissingReference(TableLayout referencing, string constraint, string? detail) =>
        new(SqlState.ForeignKeyViolation, $"insert or update on table \"{referencing.Name}\" violates foreign key constraint \"{constraint}\"")
        {
            Detail = detail,
            SchemaName = referencing.Schema,
            TableName = referencing.Name,
            ConstraintName = constraint,
        };

    internal static PgException StillReferenced(TableLayout referenced, TableLayout referencing, string constraint, string? key) =>
        new(
            SqlState.ForeignKeyViolation,
            $"update or delete on table \"{referenced.Name}\" violates foreign key constraint \"{constraint}\" on table \"{referencing.Name}\"")
        {
            Detail = $"Key{(key is null ? "" : " " + key)} is still referenced from table \"{referencing.Name}\".",
            SchemaName = referencing.Schema,
            TableName = referencing.Name,
            ConstraintName = constraint,
        };

    internal static PgException AffectedTwice() =>
        new PgException(SqlState.CardinalityViolation, "ON CONFLICT DO UPDATE command cannot affect row a second time")
            .WithHint("Ensure that no rows proposed for insertion within the same command have duplicate constrained values.");

    /// <summary>"(a, b)=(1, x)".</summary>
    internal static string Key(IEnumerable<string> names, IEnumerable<string> values) =>
        $"({string.Join(", ", names)})=({string.Join(", ", values)})";

    /// <summary>A value as text; "null" for NULL.</summary>
    internal static string Text(in PgDatum value, uint type, TypeContext context) =>
        value.IsNull ? "null" : context.Types.GetCodec(type).OutputString(value, context);

    /// <summary>The same, cut where it is long.</summary>
    internal static string ShortText(in PgDatum value, uint type, TypeContext context)
    {
        if (value.IsNull)
        {
            return "null";
        }

        var writer = new ArrayBufferWriter<byte>();
        context.Types.GetCodec(type).Output(value, context, writer);
        var text = writer.WrittenSpan;
        if (text.Length <= MaxFieldLength)
        {
            return Encoding.UTF8.GetString(text);
        }

        // Cut between characters.
        var length = MaxFieldLength;
        while ((text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return Encoding.UTF8.GetString(text[..length]) + "...";
    }

    /// <summary>Whether an error may tell what rows hold: not to who is subject to the table's policies.</summary>
    internal static bool ShowsRows(TableLayout table, TypeContext context) =>
        context is not Functions.FunctionContext session || !RowSecurityCheck.AppliesTo(session.Catalog, table.Class, session.CurrentUser);

    private static string? FailingRow(TableLayout table, PgDatum[] row, TypeContext context, TableLayout? named)
    {
        if (named is not null && named.Oid != table.Oid)
        {
            var map = Inheritance.Map(table.Catalog, named.Oid, table.Oid);
            (table, row) = (named, Array.ConvertAll(named.Columns, c => row[table.IndexOf(map[c.Attnum])]));
        }

        if (!ShowsRows(table, context))
        {
            return null;
        }

        var result = new StringBuilder("Failing row contains (");
        for (var i = 0; i < row.Length; i++)
        {
            result.Append(i > 0 ? ", " : "").Append(ShortText(row[i], table.Columns[i].Type, context));
        }

        return result.Append(").").ToString();
    }
}
