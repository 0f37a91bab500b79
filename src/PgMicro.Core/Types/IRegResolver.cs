namespace PgMicro.Core.Types;

/// <summary>
/// Looks up catalog objects for the text forms of regclass, regtype and their like. The kind is the reg type's OID.
/// The catalog implements it.
/// </summary>
public interface IRegResolver
{
    /// <summary>OID of the object named by a (possibly qualified, quoted) name, or signature for regprocedure and regoperator.</summary>
    /// <exception cref="Errors.PgException">42P01, 42704, 42883, 42725 … as PostgreSQL's input function raises.</exception>
    uint Parse(uint regType, string name);

    /// <summary>OID of the relation of a (possibly qualified, quoted) name, as functions that take a table's name as text look it up: not by number.</summary>
    /// <exception cref="Errors.PgException">3F000, 42P01, 42601, 42602.</exception>
    uint FindRelation(string name);

    /// <summary>The name as the output function prints it (qualified when not visible, quoted), or null when no such object exists.</summary>
    string? Format(uint regType, uint oid);
}
