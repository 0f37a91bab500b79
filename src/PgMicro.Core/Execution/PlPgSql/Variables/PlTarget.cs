using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Variables;

/// <summary>What a value or a row is assigned to.</summary>
internal abstract class PlTarget
{
    /// <summary>The variable that it is, or is a part of.</summary>
    internal abstract PlDatum Datum { get; }

    internal virtual bool IsRecord => false;

    /// <summary>The type that it holds in a call.</summary>
    internal abstract (uint Type, int Typmod, uint Collation) TypeIn(PlCall call);
}

/// <summary>A variable of one value.</summary>
internal sealed class VariableTarget(PlVariable variable) : PlTarget
{
    internal PlVariable Variable => variable;

    internal override PlDatum Datum => variable;

    internal override (uint Type, int Typmod, uint Collation) TypeIn(PlCall call) =>
        (variable.Type, variable.Typmod, variable.Collation != 0 ? variable.Collation : TypeFacts.Collation(call.Session.Catalog, variable.Type));
}

/// <summary>A record, or a variable of a composite type.</summary>
internal sealed class RecordTarget(PlRecord record) : PlTarget
{
    internal PlRecord Record => record;

    internal override PlDatum Datum => record;

    internal override bool IsRecord => true;

    internal override (uint Type, int Typmod, uint Collation) TypeIn(PlCall call) =>
        (record.RowType is not null ? record.DeclaredType : call.Cells[record.Number].Row?.Type.Type ?? TypeOid.Record, -1, 0);
}

/// <summary>A field of a record.</summary>
internal sealed class FieldTarget(PlRecord record, string name) : PlTarget
{
    internal PlRecord Record => record;

    internal string Field => name;

    internal override PlDatum Datum => record;

    internal override (uint Type, int Typmod, uint Collation) TypeIn(PlCall call)
    {
        var type = record.RowType ?? call.Cells[record.Number].Row?.Type ?? throw NamedVariables.NotAssigned(record.Name);
        var index = type.IndexOf(name);
        return index >= 0
            ? (type.Shape.Types[index], type.Shape.Typmods[index], TypeFacts.Collation(call.Session.Catalog, type.Shape.Types[index]))
            : throw NamedVariables.NoField(record.Name, name);
    }
}

/// <summary>Several targets of the columns of a row.</summary>
internal sealed class RowTarget(IReadOnlyList<PlTarget> targets) : PlTarget
{
    internal IReadOnlyList<PlTarget> Targets => targets;

    internal override PlDatum Datum => targets[0].Datum;

    internal override (uint Type, int Typmod, uint Collation) TypeIn(PlCall call) => (TypeOid.Record, -1, 0);
}
