# Callbacks come back from code that runs without the GIL; connections, cursors and callbacks that refer to each other are collected.
import gc
import sqlite3
import threading
import weakref


def shared_connection():
    con = sqlite3.connect(":memory:", check_same_thread=False)
    con.execute("create table t(n integer)")
    con.create_function("twice", 1, lambda n: n * 2)
    lock = threading.Lock()

    def work(base):
        for i in range(50):
            with lock:
                con.execute("insert into t values(twice(?))", (base + i,))

    threads = [threading.Thread(target=work, args=(k * 100,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    con.commit()
    return con.execute("select count(*), sum(n) from t").fetchone()


def several_connections(path="file:shared?mode=memory&cache=shared"):
    keeper = sqlite3.connect(path, uri=True)
    keeper.execute("create table t(n integer)")
    keeper.commit()
    sums = []

    def work(k):
        con = sqlite3.connect(":memory:")
        con.create_aggregate("total_of", 1, Total)
        con.executescript("create table t(n); insert into t values (1), (2), (3);")
        sums.append(con.execute("select total_of(n) * ? from t", (k,)).fetchone()[0])
        con.close()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    keeper.close()
    return sorted(sums)


class Total:
    def __init__(self):
        self.sum = 0

    def step(self, n):
        self.sum += n

    def finalize(self):
        return self.sum


class Holder(sqlite3.Connection):
    pass


def collected():
    con = Holder(":memory:")
    con.create_function("me", 0, lambda: con.total_changes)
    con.cursor_kept = con.execute("select me()")
    con.set_trace_callback(lambda sql: con)
    con.set_trace_callback(None)
    con.row_factory = lambda cursor, row: (cursor.connection is con, row)
    print(con.execute("select me()").fetchall())
    cursor = weakref.ref(con.cursor_kept)
    con.close()
    con.create_function = None
    del con
    gc.collect()
    return cursor() is None


def closed_inside():
    con = sqlite3.connect(":memory:")
    con.execute("create table t(a)")
    con.executemany("insert into t values(?)", [(i,) for i in range(5)])
    cursor = con.cursor()
    cursor.row_factory = lambda c, row: con.close() or row
    cursor.execute("select a from t")
    try:
        print(cursor.fetchall())
    except sqlite3.ProgrammingError as e:
        print(e)


print(shared_connection())
print(several_connections())
print(collected())
closed_inside()
