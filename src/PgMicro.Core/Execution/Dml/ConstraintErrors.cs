using System.Buffers;
using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Violations of constraints, in PostgreSQL's words.</summary>
internal static class ConstraintErrors
{
    /// <summary>Bytes of a value that a failing row shows.</summary>
    private const int MaxFieldLength = 64;

    internal static PgException NotNull(TableLayout table, TableColumn column, PgDatum[] row, TypeContext context) =>
        new(SqlState.NotNullViolation, $"null value in column \"{column.Name}\" of relation \"{table.Name}\" violates not-null constraint")
        {
            Detail = FailingRow(table, row, context),
            SchemaName = table.Schema,
            TableName = table.Name,
            ColumnName = column.Name,
        };

    internal static PgException Check(TableLayout table, string constraint, PgDatum[] row, TypeContext context) =>
        new(SqlState.CheckViolation, $"new row for relation \"{table.Name}\" violates check constraint \"{constraint}\"")
        {
            Detail = FailingRow(table, row, context),
            SchemaName = table.Schema,
            TableName = table.Name,
            ConstraintName = constraint,
        };

    internal static PgException ViewCheck(TableLayout table, string view, PgDatum[] row, TypeContext context) =>
        new(SqlState.WithCheckOptionViolation, $"new row violates check option for view \"{view}\"") { Detail = FailingRow(table, row, context) };

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

    /// <summary>Whether an error may tell what rows hold: not to who is subject to the table's policies.</summary>
    internal static bool ShowsRows(TableLayout table, TypeContext context) =>
        context is not Functions.FunctionContext session || !RowSecurityCheck.AppliesTo(session.Catalog, table.Class, session.CurrentUser);

    private static string? FailingRow(TableLayout table, PgDatum[] row, TypeContext context)
    {
        if (!ShowsRows(table, context))
        {
            return null;
        }

        var result = new StringBuilder("Failing row contains (");
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < row.Length; i++)
        {
            if (i > 0)
            {
                result.Append(", ");
            }

            if (row[i].IsNull)
            {
                result.Append("null");
                continue;
            }

            writer.ResetWrittenCount();
            context.Types.GetCodec(table.Columns[i].Type).Output(row[i], context, writer);
            var text = writer.WrittenSpan;
            if (text.Length <= MaxFieldLength)
            {
                result.Append(Encoding.UTF8.GetString(text));
            }
            else
            {
                // Cut between characters.
                var length = MaxFieldLength;
                while ((text[length] & 0xC0) == 0x80)
                {
                    length--;
                }

                result.Append(Encoding.UTF8.GetString(text[..length])).Append("...");
            }
        }

        return result.Append(").").ToString();
    }
}
