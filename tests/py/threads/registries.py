# What a module keeps for all threads, made by a thread that imports it while others run: that one changes it, others look things up.
import threading

started, imported, done = threading.Event(), threading.Event(), threading.Event()
failures = []


def changes():
    started.wait()
    import csv
    csv.register_dialect('kept', delimiter='|')
    imported.set()
    for n in range(20000):
        csv.register_dialect('d%d' % (n % 3))
        if n % 3 == 2:
            for i in range(3):
                csv.unregister_dialect('d%d' % i)
    done.set()


def looks_up():
    started.wait()
    imported.wait()
    import csv
    while not done.is_set():
        try:
            for i in range(50):
                assert csv.get_dialect('kept').delimiter == '|'
        except Exception as e:
            failures.append(e)
            break


threads = [threading.Thread(target=f) for f in (changes, looks_up, looks_up)]
for t in threads:
    t.start()
started.set()
for t in threads:
    t.join()
print(failures)
