# _dbm: mapping protocol, errors, files.
import dbm
import dbm.ndbm
import os
import shelve
import tempfile

folder = tempfile.mkdtemp()
name = os.path.join(folder, 'data')


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, type(e).__module__, str(e).replace(folder, 'FOLDER'))


def put(db, k, v):
    db[k] = v


print(dbm.ndbm.error.__mro__[1].__name__)
db = dbm.ndbm.open(name, 'n')
show(lambda: db['x'])
show(lambda: db[1])
show(lambda: put(db, 'a', 1))
show(lambda: put(db, 1, 'b'))
show(lambda: put(db, 'é', b'1'))
show(lambda: put(db, bytearray(b'q'), b'2'))
show(lambda: put(db, b'q', b'2'))
show(lambda: sorted(db.keys()))
show(lambda: (db['é'], db[b'q'], 'é' in db, b'no' in db, len(db), bool(db)))
show(lambda: 1 in db)
show(lambda: (db.get('q'), db.get('none'), db.get('none', 3)))
show(lambda: db.get(1))
show(lambda: (db.setdefault('z'), db.setdefault('z', 'w'), db.setdefault('y', b'v'), db['y']))
show(lambda: db.setdefault('w', 4))
show(lambda: db.__delitem__('nn'))
show(lambda: (db.__delitem__('z'), len(db)))
show(lambda: type(db)())
with db as same:
    print(same is db)
for f in (lambda: db['a'], lambda: len(db), lambda: 'a' in db, lambda: db.keys(), lambda: put(db, 'a', 'b'), db.close):
    show(f)
print(dbm.whichdb(name))
db = dbm.ndbm.open(name)
show(lambda: db['y'])
db.close()
show(lambda: dbm.ndbm.open(name + 'none'))
show(lambda: dbm.ndbm.open(name, 'x'))
show(lambda: dbm.ndbm.open(1))
show(lambda: dbm.ndbm.open(name + '\0'))
show(lambda: dbm.ndbm.open(os.fsencode(name)).close())
with dbm.open(name, 'c') as db:
    print(type(db).__name__, db['é'])
    for i in range(500):
        db[str(i)] = str(i) * 20
    print(len(db), sum(len(db[k]) for k in db.keys()))
with shelve.Shelf(dbm.ndbm.open(name + '2', 'c')) as shelf:
    shelf['list'] = [1, (2, 'x')]
    print(shelf['list'], list(shelf), len(shelf))
for file in os.listdir(folder):
    os.remove(os.path.join(folder, file))
os.rmdir(folder)
