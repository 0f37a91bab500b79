using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Deparse;

public sealed partial class ExpressionDeparser
{
    private void Const(BoundConst constant, int showType)
    {
        if (constant.Value.IsNull)
        {
            _out.Append("NULL");
            if (showType >= 0)
            {
                _out.Append("::").Append(TypeText(constant.Type, constant.Typmod));
                ConstCollation(constant);
            }

            return;
        }

        var text = constant.Type == TypeOid.Unknown
            ? constant.Value.GetString()
            : _context.TypeContext.Types.GetCodec(constant.Type).OutputString(constant.Value, _context.TypeContext);
        bool label;
        switch (constant.Type)
        {
            case TypeOid.Int4:
                // A negative number would read as an operator applied to a positive one.
                label = text[0] == '-';
                _out.Append(label ? Literal(text) : text);
                break;
            case TypeOid.Numeric:
                label = !(char.IsAsciiDigit(text[0]) && text.AsSpan().IndexOfAny("eE.") >= 0);
                _out.Append(label ? Literal(text) : text);
                label |= constant.Typmod >= 0;
                break;
            case TypeOid.Bool:
                label = false;
                _out.Append(constant.Value.Boolean ? "true" : "false");
                break;
            default:
                label = constant.Type != TypeOid.Unknown;
                _out.Append(Literal(text));
                break;
        }

        if (showType < 0)
        {
            return;
        }

        if (label || showType > 0)
        {
            _out.Append("::").Append(TypeText(constant.Type, constant.Typmod));
        }

        ConstCollation(constant);
    }

    private void ConstCollation(BoundConst constant)
    {
        if (constant.Collation != 0 && constant.Collation != TypeFacts.Collation(_context.Catalog, constant.Type))
        {
            _out.Append(" COLLATE ").Append(CollationName(constant.Collation));
        }
    }

    /// <summary>The text as a string literal: simple_quote_literal.</summary>
    internal static string Literal(string text)
    {
        // With standard_conforming_strings a backslash is a plain character.
        return "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
    }

    private string CollationName(uint collation)
    {
        var row = _context.Catalog.Collation(collation);
        return row is null
            ? "???"
            : Identifiers.QuoteQualified(_context.SearchPath.Contains(row.collnamespace) ? null : _context.Catalog.Namespace(row.collnamespace)?.nspname, row.collname);
    }

    private string RelationName(uint relid)
    {
        var row = _context.Catalog.Class(relid);
        return row is null
            ? "???"
            : Identifiers.QuoteQualified(_context.SearchPath.Contains(row.relnamespace) ? null : _context.Catalog.Namespace(row.relnamespace)?.nspname, row.relname);
    }

    /// <summary>The operator as plain symbol where that finds it, else OPERATOR(schema.symbol).</summary>
    private string OperatorName(uint op, uint left, uint right)
    {
        var row = _context.Catalog.Operator(op)!;
        var state = new ParseState(_context.Catalog, _context.SearchPath, _context.TypeContext);
        var found = left == 0
            ? NamespaceLookup.OpernameGetOprid(state, [row.oprname], 0, right, -1)
            : OperatorResolution.FindOper(state, [row.oprname], left, right, -1, noError: true)?.oid ?? 0;
        return found == op || (left == 0 && _context.SearchPath.Contains(row.oprnamespace))
            ? row.oprname
            : $"OPERATOR({Identifiers.Quote(_context.Catalog.Namespace(row.oprnamespace)!.nspname)}.{row.oprname})";
    }

    /// <summary>The function's name, qualified where the arguments alone would not find it.</summary>
    private string FunctionName(uint function, IReadOnlyList<BoundExpr> args, bool variadic)
    {
        var row = _context.Catalog.Proc(function)!;
        var state = new ParseState(_context.Catalog, _context.SearchPath, _context.TypeContext);
        var types = args.Select(a => a.Type).ToArray();
        var detail = FunctionResolution.FuncGetDetail(state, [row.proname], null, [], types, !variadic, true, -1);
        var plain = Identifiers.Quote(row.proname);
        return detail.Proc?.oid == function
            ? plain
            : Identifiers.Quote(_context.Catalog.Namespace(row.pronamespace)!.nspname) + "." + plain;
    }

    private void Function(BoundFuncExpr x, bool showImplicit)
    {
        switch (x.FuncFormat)
        {
            case CoercionForm.ImplicitCast when !showImplicit:
                Operand(x.Args[0], false, x);
                return;
            case CoercionForm.ImplicitCast or CoercionForm.ExplicitCast:
                Cast(x, x.Args[0], CoercionForm.ExplicitCast, x.Type, x.Typmod, showImplicit);
                return;
            case CoercionForm.SqlSyntax when SqlSyntax(x):
                return;
        }

        _out.Append(FunctionName(x.FuncId, x.Args, x.FuncVariadic)).Append('(');
        if (x.WrittenArgs is { } written)
        {
            var names = _context.Catalog.Proc(x.FuncId)!.proargnames;
            for (var i = 0; i < written.Count; i++)
            {
                _out.Append(i > 0 ? ", " : "");
                if (i >= x.WrittenPositional)
                {
                    _out.Append(Identifiers.Quote(names![written[i]])).Append(" => ");
                }

                Expr(x.Args[written[i]], true);
            }

            _out.Append(')');
            return;
        }

        for (var i = 0; i < x.Args.Count; i++)
        {
            _out.Append(i > 0 ? ", " : "").Append(x.FuncVariadic && i == x.Args.Count - 1 ? "VARIADIC " : "");
            Expr(x.Args[i], true);
        }

        _out.Append(')');
    }

    /// <summary>A call that SQL writes with keywords; false when the function has no such form.</summary>
    private bool SqlSyntax(BoundFuncExpr x)
    {
        var args = x.Args;
        switch (_context.Catalog.Proc(x.FuncId)!.proname)
        {
            case "timezone" when args.Count == 2:
                _out.Append('(');
                Operand(args[1], false, x);
                _out.Append(" AT TIME ZONE ");
                Operand(args[0], false, x);
                _out.Append(')');
                return true;
            case "timezone":
                _out.Append('(');
                Operand(args[0], false, x);
                _out.Append(" AT LOCAL)");
                return true;
            case "overlaps":
                _out.Append("((");
                Expr(args[0], false);
                _out.Append(", ");
                Expr(args[1], false);
                _out.Append(") OVERLAPS (");
                Expr(args[2], false);
                _out.Append(", ");
                Expr(args[3], false);
                _out.Append("))");
                return true;
            case "extract" when args[0] is BoundConst field:
                _out.Append("EXTRACT(").Append(Identifiers.Quote(field.Value.GetString())).Append(" FROM ");
                Expr(args[1], false);
                _out.Append(')');
                return true;
            case "is_normalized":
                _out.Append('(');
                Operand(args[0], false, x);
                _out.Append(" IS");
                if (x.WrittenArgs is null && args is [_, BoundConst form])
                {
                    _out.Append(' ').Append(form.Value.GetString());
                }

                _out.Append(" NORMALIZED)");
                return true;
            case "pg_collation_for":
                _out.Append("COLLATION FOR (");
                Expr(args[0], false);
                _out.Append(')');
                return true;
            case "normalize":
                _out.Append("NORMALIZE(");
                Expr(args[0], false);
                if (x.WrittenArgs is null && args is [_, BoundConst kind])
                {
                    _out.Append(", ").Append(kind.Value.GetString());
                }

                _out.Append(')');
                return true;
            case "overlay":
                _out.Append("OVERLAY(");
                Expr(args[0], false);
                _out.Append(" PLACING ");
                Expr(args[1], false);
                _out.Append(" FROM ");
                Expr(args[2], false);
                if (args.Count == 4)
                {
                    _out.Append(" FOR ");
                    Expr(args[3], false);
                }

                _out.Append(')');
                return true;
            case "position":
                _out.Append("POSITION((");
                Expr(args[1], false);
                _out.Append(") IN (");
                Expr(args[0], false);
                _out.Append("))");
                return true;
            case "substring" when args.Count == 3 || args[1].Type == TypeOid.Int4:
                _out.Append("SUBSTRING(");
                Expr(args[0], false);
                var similar = args.Count == 3 && args[1].Type == TypeOid.Text;
                _out.Append(similar ? " SIMILAR " : " FROM ");
                Expr(args[1], false);
                if (args.Count == 3)
                {
                    _out.Append(similar ? " ESCAPE " : " FOR ");
                    Expr(args[2], false);
                }

                _out.Append(')');
                return true;
            case "btrim" or "ltrim" or "rtrim":
                _out.Append(_context.Catalog.Proc(x.FuncId)!.proname switch { "btrim" => "TRIM(BOTH", "ltrim" => "TRIM(LEADING", _ => "TRIM(TRAILING" });
                if (args.Count == 2)
                {
                    _out.Append(' ');
                    Expr(args[1], false);
                }

                _out.Append(" FROM ");
                Expr(args[0], false);
                _out.Append(')');
                return true;
            case "xmlexists":
                _out.Append("XMLEXISTS((");
                Expr(args[0], false);
                _out.Append(") PASSING (");
                Expr(args[1], false);
                _out.Append("))");
                return true;
            case "system_user":
                _out.Append("SYSTEM_USER");
                return true;
            default:
                return false;
        }
    }
}
