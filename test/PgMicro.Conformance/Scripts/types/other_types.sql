-- Types that are not there yet must be rejected as 0A000 or answer as PostgreSQL does.
SELECT int4range(1, 5), '[1,3]'::int4range, int4range(1, 5) @> 3, daterange('2024-01-01', '2024-02-01'), lower(int4range(1, 5)), upper_inc(int4range(1, 5)), isempty('empty'::int4range), numrange(1.5, 2.5) && numrange(2, 3), '{[1,3),[5,7)}'::int4multirange;
SELECT '192.168.1.5/24'::inet, host('192.168.1.5/24'::inet), '192.168.0.0/16'::cidr, inet '192.168.1.5' << cidr '192.168.0.0/16', '08:00:2b:01:02:03'::macaddr, '(1,2)'::point, '101'::bit(3), '1011'::varbit, 'a b'::tsvector, 'a & b'::tsquery, to_tsvector('english', 'The quick foxes') @@ to_tsquery('english', 'fox');
SELECT 5::int4::bit(4), bit '101', 1::int4::money, 1.5::numeric::money;
