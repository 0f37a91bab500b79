using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl.OperatorFamilies;

/// <summary>What an index access method says of its operator families (PostgreSQL's IndexAmRoutine).</summary>
/// <param name="Method">Its row.</param>
/// <param name="Strategies">The largest strategy number.</param>
/// <param name="SupportFunctions">The largest number of a support function.</param>
/// <param name="OptionsFunction">The support function that reads the options of a class.</param>
/// <param name="HasStorage">Whether what is stored may be of another type than the column.</param>
/// <param name="OrdersByOperator">Whether it finds rows in the order of an operator.</param>
internal sealed record AccessMethodRules(PgAm Method, int Strategies, int SupportFunctions, int OptionsFunction, bool HasStorage, bool OrdersByOperator)
{
    /// <summary>The rules of a method.</summary>
    /// <exception cref="PgException">42704 when there is none of the name, 42809 for one of tables.</exception>
    internal static AccessMethodRules Of(DdlContext ddl, string name)
    {
        var am = ddl.Catalog.FindAm(name) ?? throw new PgException(SqlState.UndefinedObject, $"access method \"{name}\" does not exist");
        if (am.amtype != 'i')
        {
            throw new PgException(SqlState.WrongObjectType, $"access method \"{name}\" is not of type INDEX");
        }

        return am.amname switch
        {
            "btree" => new(am, 5, 5, 5, false, false),
            "hash" => new(am, 1, 3, 3, false, false),
            "gist" => new(am, short.MaxValue, 11, 10, true, true),
            "gin" => new(am, short.MaxValue, 7, 7, true, false),
            "spgist" => new(am, short.MaxValue, 7, 6, true, true),
            "brin" => new(am, short.MaxValue, 15, 5, true, false),
            _ => throw PgErrors.FeatureNotSupported($"operator families of access method {am.amname}"),
        };
    }

    /// <summary>Whether a class cannot be without a member, as the method's amadjustmembers says; null for a method that says nothing.</summary>
    internal bool? IsHard(FamilyMember member) => Method.amname switch
    {
        "btree" or "hash" => !(member.IsFunction && member.Number != 1) && member.Left == member.Right,
        "gist" => member is { IsFunction: true, Number: 1 or 2 or 5 or 6 or 7 },
        "gin" => member is { IsFunction: true, Number: 2 or 3 },
        "spgist" => member is { IsFunction: true, Number: <= 5 },
        _ => null,
    };
}
