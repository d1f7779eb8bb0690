# _sqlite3: results, attributes and error texts of the whole surface.
import re
import sqlite3

ADDRESS = re.compile(r'0x[0-9a-f]+|thread id [0-9]+')


def t(f):
    try: print('->', ADDRESS.sub('0x', repr(f())))
    except BaseException as e: print(type(e).__name__, ADDRESS.sub('thread', str(e)), getattr(e,'sqlite_errorcode',None), getattr(e,'sqlite_errorname',None))
con=sqlite3.connect(':memory:')
t(lambda: con.isolation_level)
t(lambda: con.execute('select ?',()))
t(lambda: con.execute('select ?',(object(),)))
t(lambda: con.execute('select ?',(1<<70,)))
t(lambda: con.execute('select :a',{'b':1}))
t(lambda: con.execute('select ?',{'b':1}))
t(lambda: con.execute('select ?',1))
t(lambda: con.execute('select 1; select 2'))
t(lambda: con.execute('select \0'))
t(lambda: con.execute('sel'))
t(lambda: con.execute(1))
t(lambda: con.execute(''))
t(lambda: con.execute('--hi'))
t(lambda: con.execute('/* x').fetchall())
t(lambda: con.execute(''). description)
t(lambda: con.executemany('select ?',[(1,)]))
t(lambda: con.executemany('select ?',1))
t(lambda: con.executescript(b'x'))
t(lambda: con.executescript('\0'))
t(lambda: con.executescript('create table t(a,b integer primary key); insert into t values(1,2); insert into t values(3,4)'))
t(lambda: con.executescript('select 1; sel'))
c=con.cursor()
t(lambda: c.lastrowid); t(lambda:c.rowcount); t(lambda:c.arraysize); t(lambda:c.description);t(lambda:c.connection is con)
c.execute('select a,b as "b [x]" from t'); 
t(lambda: (c.description,c.rowcount,c.lastrowid))
t(lambda: c.fetchmany()); t(lambda: c.fetchmany(0)); t(lambda: c.fetchmany(-1)); t(lambda: c.fetchone())
t(lambda: c.fetchmany('a'))
c.execute('insert into t values(5,6)'); t(lambda:(c.lastrowid,c.rowcount, con.in_transaction,con.total_changes))
c.execute('update t set a=1'); t(lambda:(c.lastrowid,c.rowcount, con.in_transaction,con.total_changes))
c.executemany('insert into t(a) values(?)',[(i,) for i in range(3)]); t(lambda:(c.lastrowid,c.rowcount, con.in_transaction,con.total_changes))
t(lambda: c.execute('insert into t values(5,6)'))
t(lambda:(c.lastrowid,c.rowcount))
t(lambda: c.execute('insert into t(a) values(5) returning b').fetchall()); t(lambda:(c.lastrowid,c.rowcount))
t(lambda: c.executemany('insert into t(a) values(5) returning b',[(),()]))
con.isolation_level=None
t(lambda: con.in_transaction)
t(lambda: setattr(con,'isolation_level','x')); t(lambda: setattr(con,'isolation_level',1)); t(lambda: setattr(con,'isolation_level','a\0'));t(lambda: delattr(con,'isolation_level'))
con.isolation_level='exclusive'; t(lambda: con.isolation_level)
t(lambda: sqlite3.Cursor(1)); t(lambda: sqlite3.Cursor()); t(lambda: sqlite3.Row(c,1));t(lambda: sqlite3.Row(c));t(lambda: sqlite3.Row(1,()))
r=sqlite3.Row(c,(1,2))
t(lambda: r.keys()); t(lambda: r[0]); t(lambda: r[5]); t(lambda: r['x']); t(lambda: r[1.5]); t(lambda: r[0:1]);t(lambda: r[-1]); t(lambda: hash(r)==hash(sqlite3.Row(c,(1,2)))); t(lambda: r==sqlite3.Row(c,(1,2))); t(lambda: r==(1,2)); t(lambda: r<r);t(lambda:tuple(r))
t(lambda: r[1<<70])
class X(sqlite3.Connection):
    def __init__(self): pass
x=X(); t(lambda: x.cursor()); t(lambda: x.execute('a')); t(lambda:x.isolation_level); t(lambda:x.total_changes);t(lambda:x.in_transaction);t(lambda:x.close()); t(lambda:x())
t(lambda: con(1)); t(lambda: con('select 1')); t(lambda: con()); t(lambda:con('select 1',a=2))
class Y(sqlite3.Cursor):
    def __init__(self, c): pass
t(lambda: Y(con).execute('x')); t(lambda: Y(con).fetchone());t(lambda: Y(con).close())
t(lambda: con.cursor(lambda c:1)); t(lambda: con.cursor(None)); t(lambda: con.cursor(factory=Y))
c.close(); t(lambda: c.execute('x')); t(lambda: c.fetchall()); t(lambda: c.close())
con2=sqlite3.connect(':memory:'); c2=con2.cursor(); con2.close(); con2.close()
t(lambda: c2.execute('x')); t(lambda: con2.cursor()); t(lambda: con2.commit()); t(lambda: con2.total_changes);t(lambda: con2.in_transaction); t(lambda: con2.isolation_level); t(lambda: con2('x')); t(lambda: con2.interrupt()); t(lambda: c2.close())
t(lambda: con2.__enter__()); t(lambda: setattr(con2,'isolation_level','DEFERRED')); t(lambda: con2.create_function('a',1,None))
t(lambda: con.create_function('f',1,lambda a:1/0)); t(lambda: con.execute('select f(1)').fetchall())
t(lambda: con.create_function('f',1,lambda a:object())); t(lambda: con.execute('select f(1)').fetchall())
t(lambda: con.create_function('f',-2,lambda a:object()));t(lambda: con.create_function('f',1,1));t(lambda: con.create_function('f'*300,1,lambda x:1))
t(lambda: con.create_function('f',1,lambda a:1<<80)); t(lambda: con.execute('select f(1)').fetchall())
t(lambda: con.create_function('f',1,lambda a:'\ud800')); t(lambda: con.execute('select f(1)').fetchall())
t(lambda: con.create_function('f',-1,lambda *a:len(a))); t(lambda: con.execute('select f(1,2,3)').fetchall())
t(lambda: con.create_function('f',-1,lambda *a:repr(a),deterministic=True)); t(lambda: con.execute("select f(1,2.5,'é',x'00ff',null)").fetchall())
class A:
    def __init__(self): self.n=0
    def step(self,x): self.n+=x
    def finalize(self): return self.n
t(lambda: con.create_aggregate('agg',1,A)); t(lambda: con.execute('select agg(b) from t').fetchall())
class B:
    def step(self,x): 1/0
    def finalize(self): return 1/0
t(lambda: con.create_aggregate('agg',1,B)); t(lambda: con.execute('select agg(b) from t').fetchall())
class B2:
    def step(self,x): pass
    def finalize(self): return 1/0
t(lambda: con.create_aggregate('agg',1,B2)); t(lambda: con.execute('select agg(b) from t').fetchall())
class B3:
    def __init__(self): 1/0
t(lambda: con.create_aggregate('agg',1,B3)); t(lambda: con.execute('select agg(b) from t').fetchall())
class B4: pass
t(lambda: con.create_aggregate('agg',1,B4)); t(lambda: con.execute('select agg(b) from t').fetchall())
class W:
    def __init__(self): self.n=0
    def step(self,x): self.n+=x
    def inverse(self,x): self.n-=x
    def value(self): return self.n
    def finalize(self): return self.n
t(lambda: con.create_window_function('w',1,W)); t(lambda: con.execute('select b, w(b) over (order by b rows between 1 preceding and 1 following) from t').fetchall())
class W2(W): 
    def inverse(self,x): 1/0
t(lambda: con.create_window_function('w',1,W2)); t(lambda: con.execute('select b, w(b) over (order by b rows between 1 preceding and 1 following) from t').fetchall())
class W3: 
    def __init__(self): self.n=0
    def step(self,x): self.n+=x
    def finalize(self): return self.n
t(lambda: con.create_window_function('w',1,W3)); t(lambda: con.execute('select b, w(b) over (order by b rows between 1 preceding and 1 following) from t').fetchall())
t(lambda: con.create_window_function('w',1,None))
t(lambda: con.create_collation('rev', lambda a,b: (a<b)-(a>b))); t(lambda: con.execute('select a from t order by a||"" collate rev').fetchall())
t(lambda: con.create_collation('rev', lambda a,b: 1/0)); t(lambda: con.execute('select a from t order by a||"" collate rev').fetchall())
t(lambda: con.create_collation('rev', 1));t(lambda: con.create_collation(1,None)); t(lambda: con.create_collation('rev', None)); t(lambda: con.execute('select a from t order by a||"" collate rev').fetchall())
t(lambda: con.set_authorizer(lambda *a: (print(a),0)[1])); t(lambda: con.execute('select a from t').fetchone())
t(lambda: con.set_authorizer(lambda *a: sqlite3.SQLITE_DENY)); t(lambda: con.execute('select b from t').fetchone())
t(lambda: con.set_authorizer(lambda *a: 1/0)); t(lambda: con.execute('select b from t').fetchone())
t(lambda: con.set_authorizer(lambda *a: 'x')); t(lambda: con.execute('select b from t').fetchone())
t(lambda: con.set_authorizer(lambda *a: 1<<40)); t(lambda: con.execute('select b from t').fetchone())
t(lambda: con.set_authorizer(None)); 
t(lambda: con.set_progress_handler(lambda: 1, 1)); t(lambda: con.execute('select b from t').fetchone())
t(lambda: con.set_progress_handler(lambda: 1/0, 1)); t(lambda: con.execute('select b from t').fetchone())
t(lambda: con.set_progress_handler(None, 1))
t(lambda: con.set_trace_callback(lambda s: print('TRACE',s))); t(lambda: con.execute('select ?',('x',)).fetchone()); con.commit(); con.execute('begin'); con.rollback()
t(lambda: con.set_trace_callback(None))
t(lambda: con.getlimit(1)); t(lambda: con.getlimit(1111));t(lambda: con.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH,50)); t(lambda: con.execute(' '*50+'select 1').fetchall()); t(lambda: con.executescript(' '*50+'select 1').fetchall());t(lambda: con.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH,1000000));
t(lambda: len(con.serialize())); t(lambda: con.serialize(name='x')); d=con.serialize(); con3=sqlite3.connect(':memory:'); t(lambda: con3.deserialize(d)); t(lambda: con3.execute('select count(*) from t').fetchall()); t(lambda: con3.deserialize(b'x')); t(lambda: con3.execute('select 1 from t').fetchall()); t(lambda: con3.deserialize(d,name='xx'))
t(lambda: con.backup(con)); t(lambda: con.backup(1)); con4=sqlite3.connect(':memory:'); con.commit(); t(lambda: con.backup(con4,pages=1,progress=lambda *a: print(a))); t(lambda: con4.execute('select count(*) from t').fetchall()); t(lambda: con.backup(con4,progress=1)); t(lambda: con.backup(con4,name='zz')); t(lambda: con.backup(con4,pages=1,progress=lambda *a: 1/0)); t(lambda: list(con.iterdump())[:4])
con.execute('create table bl(x)'); con.execute('insert into bl values(zeroblob(10))')
b=con.blobopen('bl','x',1); t(lambda: len(b)); t(lambda: b.write(b'abc')); t(lambda: b.tell()); t(lambda: b.seek(0)); t(lambda: b.read()); t(lambda: b.read()); t(lambda: b.seek(-1,2)); t(lambda: b.seek(-20,1)); t(lambda: b.seek(0,5)); t(lambda: b[0]); t(lambda: b[-1]); t(lambda: b[20]); t(lambda: b[1:3]); t(lambda: b[::2]); t(lambda: b['a'])
def setb(k,v): b[k]=v
t(lambda: setb(0,65)); t(lambda: setb(0,256));t(lambda: setb(0,-1)); t(lambda: setb(0,b'x')); t(lambda: setb(slice(0,3),b'xyz')); t(lambda: setb(slice(0,3),b'xyzz')); t(lambda: setb(slice(0,10,2),b'12345'));t(lambda: setb(30,1)); t(lambda: setb('a',1)); t(lambda: b.write(b'x'*20)); t(lambda: b.write('x')); t(lambda: b[:])
t(lambda: b.__enter__() is b); t(lambda: b.__exit__(None,None,None)); t(lambda: b.read()); t(lambda: len(b)); t(lambda:b.close())
def delb(): del b[0]
t(delb)
t(lambda: con.blobopen('bl','x',99)); t(lambda: con.blobopen('nope','x',1)); b=con.blobopen('bl','x',1,readonly=True); t(lambda: b.write(b'1')); t(delb); con.execute('delete from bl'); t(lambda: b.read()); t(lambda: b.seek(0)); t(lambda: b.read(1)); 
t(lambda: sqlite3.complete_statement('select 1;')); t(lambda: sqlite3.complete_statement('select 1')); t(lambda: sqlite3.adapt(1)); t(lambda: sqlite3.adapt(object())); t(lambda: sqlite3.adapt(object(),1)); t(lambda: sqlite3.adapt(object(),1,'alt')); t(lambda: sqlite3.register_adapter(int,lambda x:'i%d'%x) ); 
class P:
    def __conform__(self, p): return 'conf' if p is sqlite3.PrepareProtocol else None
t(lambda: con.execute('select ?,?,?',(P(),3,True)).fetchall())
sqlite3.register_converter('foo', lambda b: b+b'!'); t(lambda: sqlite3.register_converter(1,2)); t(lambda: sqlite3.register_converter('a',2))
con5=sqlite3.connect(':memory:',detect_types=sqlite3.PARSE_DECLTYPES|sqlite3.PARSE_COLNAMES); con5.execute('create table q(a foo, b foo(3), c "foo bar", d int, e date)'); con5.execute("insert into q values('a','b','c',4,'2020-01-02')"); t(lambda: con5.execute('select a,b,c,d,e, a as "a [int]", d as "d [foo]", null as "n [foo]" from q').fetchall()); t(lambda: con5.execute('select a as "a [foo]" from q').description)
con5.text_factory=bytes; t(lambda: con5.execute("select 'é', d from q").fetchall()); con5.text_factory=bytearray; t(lambda: con5.execute("select 'é'").fetchall()); con5.text_factory=lambda b: b.decode()[::-1]; t(lambda: con5.execute("select 'éa'").fetchall()); con5.text_factory=str; t(lambda: con5.execute("select cast(x'ff41' as text) as nm").fetchall())
con5.text_factory=lambda b:1/0; t(lambda: con5.execute("select 'a'").fetchall())
con5.row_factory=sqlite3.Row; con5.text_factory=str; r=con5.execute('select d, e from q').fetchone(); t(lambda: (r['D'],r['e'],r.keys(),tuple(r),len(r),list(r)))
con5.row_factory=lambda c,r: 1/0; t(lambda: con5.execute('select d from q').fetchall())
t(lambda: sqlite3.connect()); t(lambda: sqlite3.connect(1)); t(lambda: sqlite3.connect(':memory:',isolation_level='x')); t(lambda: sqlite3.connect('/nonexistent/x')); t(lambda: sqlite3.connect(':memory:',factory=1)); t(lambda: sqlite3.connect('file:foo?mode=memory',uri=True).execute('select 1').fetchone()); t(lambda: sqlite3.connect(b':memory:')); t(lambda: sqlite3.connect('a\0b')); t(lambda: sqlite3.connect(':memory:',timeout='x')); t(lambda: sqlite3.connect(':memory:',cached_statements='x'))
import threading
def th():
    t(lambda: con5.cursor()); t(lambda: con5.close()); t(lambda: con5.execute('a')); t(lambda: con5.total_changes); t(lambda: con5.interrupt())
x=threading.Thread(target=th); x.start(); x.join()
with sqlite3.connect(':memory:') as k: k.execute('create table z(a unique)'); k.execute('insert into z values(1)')
try:
    with k: k.execute('insert into z values(2)'); k.execute('insert into z values(1)')
except sqlite3.IntegrityError as e: print(e, e.sqlite_errorcode, e.sqlite_errorname, e.args)
t(lambda: k.execute('select * from z').fetchall()); t(lambda: k.__exit__(1)); 
cur=k.cursor()
def g():
    yield (5,); cur.execute('select 1')
t(lambda: cur.executemany('insert into z values(?)', g())); t(lambda: k.in_transaction)
t(lambda: cur.setinputsizes(1)); t(lambda: cur.setoutputsize(1)); t(lambda: setattr(cur,'arraysize',5)); t(lambda: setattr(cur,'rowcount',5)); t(lambda: delattr(cur,'row_factory'));t(lambda: cur.row_factory)
t(lambda: sqlite3.enable_callback_tracebacks(True)); 
t(lambda: k.execute('select 1', ()).fetchall()); t(lambda: k.execute()); t(lambda: k.execute('a','b','c')); t(lambda: k.executemany('a'))
t(lambda: k.execute('select ?1, ?2, :a, @b, $c', {'a':1}).fetchall()); t(lambda: k.execute('select :a, @b, $c', {'a':1,'b':2,'c':3}).fetchall())
class M(dict):
    def __missing__(self,k): return 'miss'+k
t(lambda: k.execute('select :a', M()).fetchall())
class S:
    def __len__(self): return 1
    def __getitem__(self,i): return i
t(lambda: k.execute('select ?', S()).fetchall()); 
class S2(S):
    def __len__(self): 1/0
t(lambda: k.execute('select ?', S2()).fetchall())
t(lambda: k.execute('select ?,?,?,?',(b'x',bytearray(b'y'),memoryview(b'z'),None)).fetchall()); t(lambda: k.execute('select ?',('\ud800',)).fetchall()); t(lambda: k.execute('select ?',(float('nan'),)).fetchall()); t(lambda: k.execute('select ?',('a\0b',)).fetchall())
t(lambda: k.execute('select "\ud800"'))
t(lambda: k.Error is sqlite3.Error); t(lambda: setattr(k,'Error',1))
class D(sqlite3.Connection):
    def cursor(self, *a): print('cursor',a); return super().cursor(*a)
dd=sqlite3.connect(':memory:',factory=D); t(lambda: dd.execute('select 1').fetchall())
dd.row_factory=lambda c,r:(type(c),r); t(lambda: dd.execute('select 1').fetchall())
dd.execute('create table i(a)'); dd.executemany('insert into i values(?)',((i,) for i in range(10)))
cc=dd.execute('select a from i'); next(cc); dd.commit(); t(lambda: next(cc)); dd.execute('insert into i values(1)'); dd.rollback(); t(lambda: next(cc)); t(lambda: cc.fetchall())
