using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>Assignments of values and rows to variables.</content>
internal sealed partial class PlCall
{
    /// <summary>Assigns a value (PostgreSQL's exec_assign_value).</summary>
    internal void Assign(PlTarget target, in Typed given)
    {
        switch (target)
        {
            case VariableTarget { Variable: var variable }:
                Store(variable, Cast(given.Value, given.Type, given.Typmod, variable.Type, variable.Typmod));
                break;
            case FieldTarget field:
                AssignField(field, given);
                break;
            case RecordTarget { Record: var record }:
                if (given.Value.IsNull)
                {
                    StoreRow(record, null);
                    break;
                }

                var row = RowOf(given) ?? throw new PgException(SqlState.DatatypeMismatch, "cannot assign non-composite value to a record variable");
                StoreRow(record, row);
                break;
            case RowTarget several:
                if (given.Value.IsNull)
                {
                    AssignRow(several, null, null);
                    break;
                }

                var fields = RowOf(given) ?? throw new PgException(SqlState.DatatypeMismatch, "cannot assign non-composite value to a row variable");
                AssignRow(several, fields.Type, fields.Values);
                break;
        }
    }

    /// <summary>Converts a value to another type; a row field by field.</summary>
    internal PgDatum Cast(in PgDatum value, uint from, int fromTypmod, uint to, int typmod)
    {
        if (from != to && !value.IsNull && TypeFacts.IsComplex(Session.Catalog, to) && TypeFacts.IsRowType(Session.Catalog, from))
        {
            var type = Session.CastPlans.RowType(to);
            var row = Convert(RowOf(new Typed(value, from, fromTypmod))!, type);
            var result = type.ToDatum(Session.Types, row.Values);
            if (type.Type != to)
            {
                Session.CheckDomain(to, result);
            }

            return result;
        }

        return Session.CastPlans.Cast(value, from, fromTypmod, to, typmod);
    }

    /// <summary>Gives the columns of a row, or NULLs when there is none, to a target (PostgreSQL's exec_move_row).</summary>
    internal void AssignRow(PlTarget target, PlRowType? type, PgDatum[]? values)
    {
        switch (target)
        {
            case RecordTarget { Record: var record }:
                StoreRow(record, type is null ? null : new PlRow(type, values ?? new PgDatum[type.Count]));
                break;
            case RowTarget several:
                for (var i = 0; i < several.Targets.Count; i++)
                {
                    Assign(several.Targets[i], Column(type, values, i));
                }

                break;
            default:
                Assign(target, Column(type, values, 0));
                break;
        }
    }

    /// <summary>The fields of a composite value; null for one that is no row.</summary>
    internal PlRow? RowOf(in Typed given)
    {
        if (given.Type == TypeOid.Record)
        {
            var codec = (AnonymousRecordCodec)Session.Types.GetCodec(TypeOid.Record);
            var values = codec.FromStorage(given.Value.Bytes, out var shape);
            return new PlRow(PlRowType.Anonymous(shape), values);
        }

        if (!TypeFacts.IsComplex(Session.Catalog, given.Type))
        {
            return null;
        }

        var type = Session.CastPlans.RowType(given.Type);
        return new PlRow(type, type.FromDatum(Session.Types, given.Value));
    }

    /// <summary>Makes a variable what a value of its type is.</summary>
    internal void Store(PlVariable variable, in PgDatum value)
    {
        if (value.IsNull && variable.IsNotNull)
        {
            throw NullInNotNull(variable);
        }

        Cells[variable.Number].Value = value;
    }

    /// <summary>Makes a record one of the fields of a row, which it keeps if it can; null makes it NULL.</summary>
    internal void StoreRow(PlRecord record, PlRow? row)
    {
        if ((row is null || row.IsNull) && record.IsNotNull)
        {
            throw NullInNotNull(record);
        }

        if (record.RowType is { } declared)
        {
            if (row is null)
            {
                row = PlRow.Empty(declared);
                CheckDomain(record, PgDatum.Null);
            }
            else if (!row.Type.SameAs(declared))
            {
                row = Convert(row, declared);
                CheckDomain(record, row.IsNull ? PgDatum.Null : declared.ToDatum(Session.Types, row.Values));
            }
            else if (record.DeclaredType != declared.Type)
            {
                CheckDomain(record, row.IsNull ? PgDatum.Null : declared.ToDatum(Session.Types, row.Values));
            }
        }

        Cells[record.Number].Row = row;
    }

    private void CheckDomain(PlRecord record, in PgDatum value)
    {
        if (record.DeclaredType != record.RowType!.Type)
        {
            Session.CheckDomain(record.DeclaredType, value);
        }
    }

    // Column by column: what is missing is NULL, what is too much is left out.
    private PlRow Convert(PlRow row, PlRowType to)
    {
        if (row.IsNull)
        {
            return PlRow.Empty(to);
        }

        var values = new PgDatum[to.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (value, type, typmod) = Column(row.Type, row.Values, i);
            values[i] = Cast(value, type, typmod, to.Shape.Types[i], to.Shape.Typmods[i]);
        }

        return new PlRow(to, values);
    }

    // A literal that nothing has given a type is text.
    private static Typed Column(PlRowType? type, PgDatum[]? values, int index) =>
        type is null || index >= type.Count || type.Shape.Types[index] == TypeOid.Unknown
            ? new Typed(type is null || values is null || index >= type.Count ? PgDatum.Null : values[index], TypeOid.Text, -1)
            : new Typed(values is null ? PgDatum.Null : values[index], type.Shape.Types[index], type.Shape.Typmods[index]);

    private void AssignField(FieldTarget target, in Typed given)
    {
        var record = target.Record;
        ref var row = ref Cells[record.Number].Row;
        row ??= record.RowType is { } declared ? PlRow.Empty(declared) : throw NamedVariables.NotAssigned(record.Name);
        var index = row.Type.IndexOf(target.Field);
        if (index < 0)
        {
            throw NamedVariables.NoField(record.Name, target.Field);
        }

        var value = Cast(given.Value, given.Type, given.Typmod, row.Type.Shape.Types[index], row.Type.Shape.Typmods[index]);
        if (record.RowType is not null && record.DeclaredType != record.RowType.Type)
        {
            var copy = row.Copy();
            copy.Values[index] = value;
            CheckDomain(record, row.Type.ToDatum(Session.Types, copy.Values));
        }

        row.Values[index] = value;
        row.IsNull = false;
    }

    private static PgException NullInNotNull(PlDatum variable) =>
        new(SqlState.NullValueNotAllowed, $"null value cannot be assigned to variable \"{variable.Name}\" declared NOT NULL");
}
