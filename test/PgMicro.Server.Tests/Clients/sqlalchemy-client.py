"""SQLAlchemy: tables of every kind of column, all that its inspector reads, and the ORM."""
import sys, datetime as dt, decimal, uuid, warnings
from sqlalchemy import *
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import declarative_base, Session, relationship, selectinload, joinedload, aliased
warnings.simplefilter('ignore')
host, port, database = sys.argv[1:4]
drv = sys.argv[4] if len(sys.argv) > 4 else 'psycopg2'
e = create_engine(f"postgresql+{drv}://postgres@{host}:{port}/{database}", future=True)
def say(t, v): print(f"{t}: {v!r}", flush=True)
def step(t, f):
    try: say(t, f())
    except Exception as x: print(f"{t} FAILED {type(x).__name__} {str(x)[:300]}", flush=True)
Base = declarative_base()
class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, Identity(start=10), primary_key=True)
    name = Column(String(50), nullable=False, unique=True, comment='its name')
    mood = Column(Enum('sad', 'ok', name='mood'), server_default='ok')
    doc = Column(pg.JSONB); tags = Column(pg.ARRAY(Text)); price = Column(Numeric(8, 2), server_default=text('1.5'))
    uid = Column(pg.UUID(as_uuid=True)); at = Column(DateTime(timezone=True)); raw = Column(LargeBinary); span = Column(pg.INT4RANGE); iv = Column(Interval); d = Column(Date); b = Column(Boolean); big = Column(BigInteger); f = Column(Float)
    full = Column(Text, Computed("name || '!'", persisted=True)); ip = Column(pg.INET)
    posts = relationship('Post', back_populates='user', cascade='all, delete-orphan', passive_deletes=True, order_by='Post.id')
    __table_args__ = (CheckConstraint('price >= 0', name='price_ok'), Index('ix_lower', text('lower(name)')), Index('ix_part', 'price', postgresql_where=text('price > 1'), postgresql_include=['b']), Index('ix_gin', 'doc', postgresql_using='gin'), {'comment': 'the users'})
class Post(Base):
    __tablename__ = 'posts'
    id = Column(BigInteger, primary_key=True); user_id = Column(ForeignKey('users.id', ondelete='CASCADE', deferrable=True, initially='DEFERRED'), index=True); title = Column(Text, nullable=False)
    user = relationship('User', back_populates='posts')
Table('other', Base.metadata, Column('a', Integer, primary_key=True), Column('b', Integer, primary_key=True), Column('c', String(3)), UniqueConstraint('b', 'c', name='other_bc'), schema='app')
with e.begin() as c: c.execute(text('create schema app'))
step('create', lambda: Base.metadata.create_all(e)); step('again', lambda: Base.metadata.create_all(e))
with e.begin() as c: c.execute(text("create view v as select id, name from users")); c.execute(text('create materialized view mv as select 1 as a')); c.execute(text("create domain posint as int check (value > 0)")); c.execute(text("create sequence app.s")); c.execute(text("create table app.dom (p posint, t timestamp(3), c char(4), bt bit(3), vb varbit, tm time with time zone, mo money, x xml, arr int[][], q numeric, o oid, iv interval day to second(2), m mood[])"))
i = inspect(e)
step('schemas', i.get_schema_names); step('tables', lambda: sorted(i.get_table_names())); step('app tables', lambda: sorted(i.get_table_names('app'))); step('views', lambda: (sorted(i.get_view_names()), i.get_view_definition('v')))
step('seqs', lambda: i.get_sequence_names('app')); step('enums', lambda: i.get_enums())
for t, s in (('users', None), ('posts', None), ('other', 'app'), ('dom', 'app'), ('v', None)):
    step(t + ' columns', lambda: [{k: (str(v) if k == 'type' else v) for k, v in c.items()} for c in i.get_columns(t, s)])
    step(t + ' pk', lambda: i.get_pk_constraint(t, s)); step(t + ' fks', lambda: i.get_foreign_keys(t, s)); step(t + ' idx', lambda: sorted(i.get_indexes(t, s), key=lambda x: x['name']))
    step(t + ' uq', lambda: i.get_unique_constraints(t, s)); step(t + ' ck', lambda: i.get_check_constraints(t, s)); step(t + ' comment', lambda: i.get_table_comment(t, s))
step('has', lambda: (i.has_table('users'), i.has_table('nope'), e.dialect.has_sequence(e.connect(), 's', 'app'), e.dialect.server_version_info[0] if hasattr(e.dialect, 'server_version_info') else 0))
m2 = MetaData(); step('reflect', lambda: (m2.reflect(e, views=True), sorted(m2.tables))[1])
def crud():
    with Session(e, future=True) as s:
        u = User(name='a', doc={'k': [1, {'z': 2}]}, tags=['x', 'y,"z'], uid=uuid.UUID(int=5), at=dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc), raw=b'\x00\xff', iv=dt.timedelta(days=1, seconds=5), d=dt.date(2020, 2, 3), b=True, big=2**60, f=1.25, ip='10.0.0.1', posts=[Post(title='p1'), Post(title='p2')])
        s.add_all([u, User(name='b', mood='sad')]); s.commit()
        r = [(x.name, x.mood, x.doc, x.tags, x.price, x.uid, x.at.astimezone(dt.timezone.utc) if x.at else None, bytes(x.raw) if x.raw else None, x.iv, x.d, x.b, x.big, x.f, x.full, x.ip, [p.title for p in x.posts]) for x in s.execute(select(User).options(selectinload(User.posts)).order_by(User.id)).scalars()]
        return r
step('crud', crud)
def queries():
    with Session(e, future=True) as s:
        r = [s.execute(select(User.name, func.count(Post.id)).outerjoin(Post).group_by(User.name).order_by(User.name)).all()]
        r.append(s.execute(select(User.name).where(User.doc['k'][1]['z'].astext == '2')).all()); r.append(s.execute(select(User.name).where(User.tags.contains(['x']))).all())
        r.append(s.execute(select(Post.title, func.row_number().over(partition_by=Post.user_id, order_by=Post.id.desc())).order_by(Post.id)).all())
        sub = select(Post.user_id, func.max(Post.title).label('m')).group_by(Post.user_id).cte('c'); r.append(s.execute(select(User.name, sub.c.m).join(sub, sub.c.user_id == User.id)).all())
        r.append(s.execute(pg.insert(User).values(name='a', price=9).on_conflict_do_update(index_elements=['name'], set_={'price': 9}).returning(User.name, User.price)).all())
        r.append(s.execute(select(User.name).order_by(User.id).with_for_update(skip_locked=True).limit(1)).all())
        r.append(s.execute(update(User).where(User.name == 'b').values(price=User.price + 1).returning(User.price)).all())
        lat = select(Post.title).where(Post.user_id == User.id).order_by(Post.id.desc()).limit(1).lateral('l'); r.append(s.execute(select(User.name, lat.c.title).outerjoin(lat, true()).order_by(User.name)).all())
        r.append(s.execute(select(func.array_agg(aggregate_order_by(User.name, User.id.desc())))).scalar()) if 'aggregate_order_by' in globals() else None
        s.commit(); return r
step('queries', queries)
def errs():
    out = []
    for f in (lambda s: s.add(User(name='a')), lambda s: s.add(Post(title='x', user_id=999)), lambda s: s.add(Post()), lambda s: s.execute(text('select nope')), lambda s: s.add(User(name='z', price=-1)), lambda s: s.execute(text("select 1/0"))):
        with Session(e, future=True) as s:
            try: f(s); s.commit(); out.append('ok')
            except Exception as x: out.append((type(x).__name__, type(x.orig).__name__, str(x.orig)))
    return out
step('errors', errs)
def nested():
    with Session(e, future=True) as s:
        s.add(Post(title='n')); 
        try:
            with s.begin_nested(): s.add(User(name='a')); s.flush()
        except Exception as x: r = type(x).__name__
        s.commit(); return r, s.scalar(select(func.count()).select_from(Post))
step('nested', nested)
def delete():
    with Session(e, future=True) as s:
        s.delete(s.get(User, 10)); s.commit()
        return s.scalar(select(func.count()).select_from(Post))
step('delete', delete)
def isolation(level):
    with e.connect() as c: return c.execution_options(isolation_level=level).execute(text('show transaction_isolation')).scalar()
step('iso', lambda: [isolation(l) for l in ('SERIALIZABLE', 'REPEATABLE READ', 'AUTOCOMMIT')])
with e.begin() as c: c.execute(text('drop view v')); c.execute(text('drop table app.dom'))
step('drop', lambda: Base.metadata.drop_all(e)); step('left', lambda: inspect(e).get_table_names())
