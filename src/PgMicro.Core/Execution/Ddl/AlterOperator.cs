using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER OPERATOR … SET (…). What plans may rely on can be added, not taken away.</summary>
internal static class AlterOperator
{
    internal static string Execute(DdlContext ddl, Pg.AlterOperatorStmt statement)
    {
        var op = ddl.Catalog.Operator(RoutineLookup.FindOperator(ddl.ParseState, statement.Opername, missingOk: false)!.Value)!;
        string[]? restrict = null, join = null, commutator = null, negator = null;
        bool setsRestrict = false, setsJoin = false;
        bool? merges = null, hashes = null;
        foreach (var option in statement.Options.Select(static n => n.DefElem))
        {
            switch (option.Defname)
            {
                case "restrict":
                    (restrict, setsRestrict) = (OptionValues.IsAbsent(option) ? null : OptionValues.QualifiedName(option), true);
                    break;
                case "join":
                    (join, setsJoin) = (OptionValues.IsAbsent(option) ? null : OptionValues.QualifiedName(option), true);
                    break;
                case "commutator":
                    commutator = OptionValues.QualifiedName(option);
                    break;
                case "negator":
                    negator = OptionValues.QualifiedName(option);
                    break;
                case "merges":
                    merges = OptionValues.Boolean(option);
                    break;
                case "hashes":
                    hashes = OptionValues.Boolean(option);
                    break;
                case "leftarg" or "rightarg" or "function" or "procedure":
                    throw new PgException(SqlState.SyntaxError, $"operator attribute \"{option.Defname}\" cannot be changed");
                default:
                    throw new PgException(SqlState.SyntaxError, $"operator attribute \"{option.Defname}\" not recognized");
            }
        }

        Owners.RequireOwner(ddl, op.oprowner, "operator", op.oprname);
        var restrictor = restrict is null ? null : OperatorObjects.RestrictionEstimator(ddl, restrict);
        var joiner = join is null ? null : OperatorObjects.JoinEstimator(ddl, join);
        var commutatorOid = commutator is null ? 0 : Other(ddl, commutator, op.oprright, op.oprleft);
        var negatorOid = negator is null ? 0 : Other(ddl, negator, op.oprleft, op.oprright);
        if (negatorOid == op.oid)
        {
            throw new PgException(SqlState.InvalidFunctionDefinition, "operator cannot be its own negator");
        }

        RequireUnset(commutatorOid == 0 || op.oprcom == 0 || op.oprcom == commutatorOid, "commutator");
        RequireUnset(negatorOid == 0 || op.oprnegate == 0 || op.oprnegate == negatorOid, "negator");
        RequireUnset(merges != false || !op.oprcanmerge, "merges");
        RequireUnset(hashes != false || !op.oprcanhash, "hashes");
        OperatorObjects.CheckProperties(
            op.oprkind == 'b', op.oprresult == TypeOid.Bool, commutatorOid != 0, negatorOid != 0, restrictor is not null, joiner is not null, merges == true, hashes == true);
        var row = ddl.Put(op with
        {
            oprrest = setsRestrict ? restrictor?.oid ?? 0 : op.oprrest,
            oprjoin = setsJoin ? joiner?.oid ?? 0 : op.oprjoin,
            oprcom = commutatorOid != 0 ? commutatorOid : op.oprcom,
            oprnegate = negatorOid != 0 ? negatorOid : op.oprnegate,
            oprcanmerge = merges ?? op.oprcanmerge,
            oprcanhash = hashes ?? op.oprcanhash,
        });
        OperatorObjects.Depend(ddl, row);
        OperatorObjects.LinkBack(ddl, row, commutatorOid, negatorOid);
        return "ALTER OPERATOR";
    }

    private static void RequireUnset(bool condition, string attribute)
    {
        if (!condition)
        {
            throw new PgException(SqlState.InvalidFunctionDefinition, $"operator attribute \"{attribute}\" cannot be changed if it has already been set");
        }
    }

    private static uint Other(DdlContext ddl, string[] names, uint left, uint right)
    {
        var found = OperatorObjects.Find(ddl, names, left, right);
        return found.oprcode != 0 ? found.oid : throw new PgException(
            SqlState.UndefinedFunction,
            $"operator is only a shell: {(left == 0 ? "" : DdlExpressions.FormatType(ddl, left) + " ")}{string.Join('.', names)} {DdlExpressions.FormatType(ddl, right)}");
    }
}
