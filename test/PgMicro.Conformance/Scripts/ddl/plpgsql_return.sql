-- RETURN of a value or of rows, in a block that returns nothing.
do $$ begin return 1; end $$;
do $$ begin
  begin return 1; end;
end $$;
do $$ begin return; end $$;
do $$ begin if false then return   1 + 1; end if; end $$;
do $$ begin return next 1; end $$;
do $$ begin return next; end $$;
do $$ begin return query select 1; end $$;
do $$ begin return query execute 'select 1'; end $$;
do $$ begin return null; end $$;
do $$ begin loop begin return (1); exception when others then raise notice 'x'; end; end loop; end $$;
do $$ declare x int; begin return x; end $$;
do $$ << a >> begin raise notice 'é'; -- return 1;
  return /* none */ ;
  return
    'x';
end $$;
do 'begin return ''é'' ; end';
do $$ begin for i in 1..2 loop if i = 2 then return; else return i; end if; end loop; end $$;
do $$ begin return 1; return next 2; end $$;
do $$ begin return next 2; return 1; end $$;
do $$ begin case 1 when 1 then return; else return 2; end case; end $$;
do $$ begin raise notice 'before'; return; raise notice 'after'; end $$;
