using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.OperatorFamilies;

/// <summary>An operator or support function that is put into an operator family (PostgreSQL's OpFamilyMember).</summary>
/// <param name="IsFunction">Whether it is a support function.</param>
/// <param name="Number">Strategy or number of the support function.</param>
/// <param name="Object">The operator or function.</param>
/// <param name="Left">The left type that it is for.</param>
/// <param name="Right">The right one.</param>
/// <param name="SortFamily">The family by which an ordering operator's results sort, or 0.</param>
internal sealed record FamilyMember(bool IsFunction, int Number, uint Object, uint Left, uint Right, uint SortFamily)
{
    private const int OperatorItem = 1;

    /// <summary>Reads an item of CREATE OPERATOR CLASS (with the class's type) or ALTER OPERATOR FAMILY ADD (with 0).</summary>
    /// <exception cref="PgException">42P17, 42601, 42883, 42704.</exception>
    internal static FamilyMember Read(DdlContext ddl, Pg.CreateOpClassItem item, AccessMethodRules rules, uint type)
    {
        CheckNumber(item, rules);
        return item.Itemtype == OperatorItem ? Operator(ddl, item, rules, type) : Function(ddl, item, rules, type);
    }

    /// <summary>Checks the number of an item against what the method has.</summary>
    internal static void CheckNumber(Pg.CreateOpClassItem item, AccessMethodRules rules)
    {
        var (what, most) = item.Itemtype == OperatorItem ? ("operator", rules.Strategies) : ("function", rules.SupportFunctions);
        if (item.Number < 1 || item.Number > most)
        {
            throw Invalid($"invalid {what} number {item.Number}, must be between 1 and {most}");
        }
    }

    /// <summary>The types in brackets: one for both sides, or two.</summary>
    /// <exception cref="PgException">42601.</exception>
    internal static (uint Left, uint Right) Types(DdlContext ddl, IReadOnlyList<Pg.Node> written)
    {
        var types = written.Select(t => TypeNames.ResolveOid(ddl.ParseState, t.TypeName)).ToArray();
        return types switch
        {
            [var both] => (both, both),
            [var left, var right] => (left, right),
            _ => throw new PgException(SqlState.SyntaxError, "one or two argument types must be specified"),
        };
    }

    /// <summary>Adds it to a list (42P17 when its place is taken there).</summary>
    internal void AddTo(DdlContext ddl, List<FamilyMember> members)
    {
        if (members.Exists(m => m.IsFunction == IsFunction && m.Number == Number && m.Left == Left && m.Right == Right))
        {
            throw Invalid(
                $"{(IsFunction ? "function" : "operator")} number {Number} for ({DdlExpressions.FormatType(ddl, Left)},{DdlExpressions.FormatType(ddl, Right)}) appears more than once");
        }

        members.Add(this);
    }

    private static FamilyMember Operator(DdlContext ddl, Pg.CreateOpClassItem item, AccessMethodRules rules, uint type)
    {
        if (item.Name.Objargs.Count == 0 && type == 0)
        {
            throw new PgException(SqlState.SyntaxError, "operator argument types must be specified in ALTER OPERATOR FAMILY");
        }

        var op = item.Name.Objargs.Count > 0
            ? ddl.Catalog.Operator(RoutineLookup.FindOperator(ddl.ParseState, item.Name, missingOk: false)!.Value)!
            : OperatorObjects.Find(ddl, DdlContext.Names(item.Name.Objname), type, type);
        var sort = item.OrderFamily.Count == 0 ? 0 : OperatorFamilyObjects.Find(ddl, ddl.Catalog.FindAm("btree")!, DdlContext.Names(item.OrderFamily)).oid;
        if (op.oprkind != 'b')
        {
            throw Invalid("index operators must be binary");
        }

        if (sort != 0 && !rules.OrdersByOperator)
        {
            throw Invalid($"access method \"{rules.Method.amname}\" does not support ordering operators");
        }

        if (sort == 0 && op.oprresult != TypeOid.Bool)
        {
            throw Invalid("index search operators must return boolean");
        }

        return new FamilyMember(false, item.Number, op.oid, op.oprleft, op.oprright, sort);
    }

    private static FamilyMember Function(DdlContext ddl, Pg.CreateOpClassItem item, AccessMethodRules rules, uint type)
    {
        var proc = ddl.Catalog.Proc(RoutineLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectFunction, item.Name, missingOk: false)!.Value)!;
        var (left, right) = item.ClassArgs.Count == 0 ? (0u, 0u) : Types(ddl, item.ClassArgs);
        if (item.Number == rules.OptionsFunction)
        {
            CheckOptionsFunction(proc, left, right, type);
        }
        else if (rules.Method.oid == BuiltInOids.BtreeAm)
        {
            (left, right) = BtreeFunction(proc, item.Number, left, right);
        }
        else if (rules.Method.oid == BuiltInOids.HashAm)
        {
            Require(proc.proargtypes.Length == item.Number, $"hash function {item.Number} must have {(item.Number == 1 ? "one argument" : "two arguments")}");
            Require(proc.prorettype == (item.Number == 1 ? TypeOid.Int4 : TypeOid.Int8), $"hash function {item.Number} must return {(item.Number == 1 ? "integer" : "bigint")}");
            (left, right) = (left == 0 ? proc.proargtypes[0] : left, right == 0 ? proc.proargtypes[0] : right);
        }

        (left, right) = (left == 0 ? type : left, right == 0 ? type : right);
        Require(left != 0 && right != 0, "associated data types must be specified for index support function");
        return new FamilyMember(true, item.Number, proc.oid, left, right, 0);
    }

    private static void CheckOptionsFunction(PgProc proc, uint left, uint right, uint type)
    {
        if (type != 0)
        {
            Require(
                (left == 0 || left == type) && (right == 0 || right == type),
                "associated data types for operator class options parsing functions must match opclass input type");
        }
        else
        {
            Require(left == right, "left and right associated data types for operator class options parsing functions must match");
        }

        if (proc.prorettype != TypeOid.Void || proc.proargtypes is not [TypeOid.Internal])
        {
            throw Invalid("invalid operator class options parsing function")
                .WithHint("Valid signature of operator class options parsing function is (internal) RETURNS void.");
        }
    }

    // The types of a comparison and of in_range follow from their arguments.
    private static (uint Left, uint Right) BtreeFunction(PgProc proc, int number, uint left, uint right)
    {
        var arguments = proc.proargtypes;
        switch (number)
        {
            case 1:
                Require(arguments.Length == 2, "btree comparison functions must have two arguments");
                Require(proc.prorettype == TypeOid.Int4, "btree comparison functions must return integer");
                return (left == 0 ? arguments[0] : left, right == 0 ? arguments[1] : right);
            case 2:
                Require(arguments is [TypeOid.Internal], "btree sort support functions must accept type \"internal\"");
                Require(proc.prorettype == TypeOid.Void, "btree sort support functions must return void");
                break;
            case 3:
                Require(arguments.Length == 5, "btree in_range functions must have five arguments");
                Require(proc.prorettype == TypeOid.Bool, "btree in_range functions must return boolean");
                return (left == 0 ? arguments[0] : left, right == 0 ? arguments[2] : right);
            case 4:
                Require(arguments.Length == 1, "btree equal image functions must have one argument");
                Require(proc.prorettype == TypeOid.Bool, "btree equal image functions must return boolean");
                Require(left == right, "btree equal image functions must not be cross-type");
                break;
        }

        return (left, right);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw Invalid(message);
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);
}
