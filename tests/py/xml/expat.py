# pyexpat: every handler, buffering, entities, errors.
import gc
import io
import pyexpat
from xml.parsers import expat


def attempt(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e), sorted(getattr(e, "__dict__", {}).items())


DOC = """<?xml version='1.0' encoding='iso-8859-1' standalone='no'?>
<!DOCTYPE note SYSTEM "note.dtd" [
<!ELEMENT note (to+, (from|cc)*, body?)>
<!ATTLIST note lang CDATA #IMPLIED kind (a|b) "a">
<!NOTATION gif PUBLIC "image/gif">
<!ENTITY name "a value">
<!ENTITY picture SYSTEM "p.gif" NDATA gif>
<!ENTITY other SYSTEM "other.xml">
]>
<note xmlns:x="http://x" lang="\xe9n"><!-- a comment --><to x:y="1">&name; text\xfc</to>
<?do this and that?><![CDATA[<raw>]]>&other;&unknown;</note>
""".encode("latin-1")

log = []


def recorder(name, answer=None):
    def handler(*args):
        log.append((name,) + args)
        return answer
    return handler


for separator in (None, "!"):
    for buffered in (False, True):
        p = expat.ParserCreate(namespace_separator=separator)
        for name in dir(p):
            if name.endswith("Handler") and name not in ("DefaultHandler", "ExternalEntityRefHandler"):
                setattr(p, name, recorder(name[:-7], 1 if name == "NotStandaloneHandler" else None))
        p.DefaultHandlerExpand = recorder("Expand")

        def external(context, base, system_id, public_id):
            log.append(("external", sorted(context.split("\f")), base, system_id, public_id))
            child = p.ExternalEntityParserCreate(context)
            child.Parse(b"<cc>inside</cc>", True)
            return 1
        p.ExternalEntityRefHandler = external
        p.buffer_text = buffered
        p.ordered_attributes = buffered
        p.SetBase("the base")
        log.clear()
        for i in range(0, len(DOC), 37):
            p.Parse(DOC[i:i + 37])
        print(separator, buffered, attempt(p.Parse, b"", True), p.GetBase(), len(p.intern) > 3)
        for entry in log:
            print("  ", entry)

print(attempt(expat.ParserCreate().Parse, "<a><b></a>", True))
print(attempt(expat.ParserCreate().Parse, b"\xff<a/>", True))
print(attempt(expat.ParserCreate().ParseFile, io.StringIO("text")))
print(attempt(expat.ParserCreate().ParseFile, io.BytesIO(b"<a>" + b"x" * 9000 + b"</a>")))
print(attempt(expat.ParserCreate(encoding="koi8-r").Parse, "<a>текст</a>".encode("koi8-r"), True))
print(attempt(expat.ParserCreate(encoding="big5").Parse, b"<a/>", True))
p = expat.ParserCreate()
p.StartElementHandler = lambda *a: 1 / 0
print(attempt(p.Parse, b"<a/>"), p.StartElementHandler)
p = expat.ParserCreate()
for name, value in (("buffer_size", 0), ("buffer_size", "a"), ("buffer_size", 2**31), ("nothing", 1), ("buffer_used", 1)):
    print(attempt(setattr, p, name, value)[:2])
p.StartElementHandler = lambda n, a: (print(p.GetInputContext(), p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex))
p.Parse(b"<a>\n <b/>", False)
print(p.GetInputContext(), p.ErrorCode, expat.ErrorString(4), pyexpat.errors.codes["syntax error"], pyexpat.errors.messages[5])
print(attempt(expat.ParserCreate, 3)[:2], attempt(expat.ParserCreate, None, "ab")[:2], attempt(expat.ParserCreate, intern=3)[:2])
p.StartElementHandler = p.Parse
del p
gc.collect()
