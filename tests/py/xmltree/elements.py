# xml.etree with its accelerator: elements as sequences, searching, copies, pickling, errors, builders and parsers with their events.
import copy
import io
import pickle
import re
import xml.etree.ElementTree as ET

ADDRESS = re.compile(r"0x[0-9a-f]+")


def show(f):
    try:
        print("->", ADDRESS.sub("0x", repr(f()))[:200])
    except BaseException as e:
        print(type(e).__name__, ADDRESS.sub("0x", str(e)))


e = ET.Element("a", {"k": "1"}, x="2")
show(lambda: (e.tag, e.attrib, e.text, e.tail, len(e), bool(len(e))))
for args, kwargs in [((), {}), (("a", "b"), {}), (("a", {}, 1), {}), (("a",), {"attrib": 3}), ((), {"tag": "a"}), ((None,), {})]:
    show(lambda: ET.Element(*args, **kwargs))
show(lambda: ET.SubElement(e, "b", {"c": "d"}, e="f").attrib)
show(lambda: ET.SubElement(1, "b"))
show(lambda: ET.SubElement(e))
for bad in (lambda: e.append(1), lambda: e.extend([1]), lambda: e.extend(1), lambda: e[5], lambda: e["a"], lambda: e.insert(0, 1),
            lambda: e.remove(ET.Element("z")), lambda: e.remove(1), lambda: e.makeelement("a"), lambda: e.makeelement("a", 1),
            lambda: delattr(e, "tag"), lambda: setattr(e, "attrib", 1), lambda: setattr(e, "foo", 1), lambda: e.__setstate__(1),
            lambda: e.__setstate__({"a": 1}), lambda: e.find()):
    show(bad)


def edit(action):
    root = ET.XML("<r><a/><b/><c/><d/></r>")
    try:
        action(root)
    except Exception as x:
        print(type(x).__name__, x)
    print([c.tag for c in root])


def set_slice(root, s, value):
    root[s] = value


def del_item(root, s):
    del root[s]


new = [ET.Element("n1"), ET.Element("n2")]
edit(lambda r: set_slice(r, 0, new[0]))
edit(lambda r: set_slice(r, -1, new[0]))
edit(lambda r: set_slice(r, 9, new[0]))
edit(lambda r: set_slice(r, slice(1, 3), new))
edit(lambda r: set_slice(r, slice(0, 0), new))
edit(lambda r: set_slice(r, slice(0, 4, 2), new))
edit(lambda r: set_slice(r, slice(0, 4, 2), new[:1]))
edit(lambda r: set_slice(r, slice(None), ["x"]))
edit(lambda r: set_slice(r, "x", new[0]))
edit(lambda r: del_item(r, 0))
edit(lambda r: del_item(r, slice(0, 4, 2)))
edit(lambda r: del_item(r, slice(None)))
edit(lambda r: del_item(r, 7))
edit(lambda r: r.insert(-1, new[0]))
edit(lambda r: r.insert(99, new[0]))
edit(lambda r: r.clear())
edit(lambda r: [r.remove(x) for x in list(r)[1:]])

doc = ET.XML("<r>t0<a n='1'>t1<b/>t2</a>t3<a n='2'><c>deep</c></a><b>x</b>t4</r>")
show(lambda: list(doc.itertext()))
show(lambda: [x.tag for x in doc.iter()])
show(lambda: [x.get("n") for x in doc.iter("a")])
show(lambda: len(list(doc.iter("*"))))
show(lambda: (doc.find("a").attrib, doc.find("zz"), doc.find("a/c").text, doc.findtext("b"), doc.findtext("a/b"), doc.findtext("q", "no")))
show(lambda: [x.get("n") for x in doc.findall("a")] + [x.tag for x in doc.findall(".//*[@n='2']/c")])
show(lambda: [x.tag for x in doc.iterfind("a/*")])
show(lambda: (doc[0].items(), doc[0].keys(), doc[0].get("n"), doc[0].get("m", 5)))
for twin in (copy.copy(doc), copy.deepcopy(doc), pickle.loads(pickle.dumps(doc))):
    print(ET.tostring(twin), twin is doc, twin[0] is doc[0])


class Own(ET.Element):
    def __deepcopy__(self, memo):
        return None


holder = ET.Element("h")
holder.append(Own("o"))
show(lambda: copy.deepcopy(holder))
loop = ET.Element("loop")
loop.tag = loop
show(lambda: repr(loop))

builder = ET.TreeBuilder()
show(lambda: builder.start("a", {}))
show(lambda: builder.start("b", None))
for step in (lambda: builder.data("x"), lambda: builder.data("y"), lambda: builder.end("a"), lambda: builder.end("a"),
             lambda: builder.start("z", {}), builder.close):
    show(step)
made = ET.TreeBuilder(lambda tag, attrs: ET.Element(tag.upper(), attrs), insert_comments=True, insert_pis=True)
parser = ET.XMLParser(target=made)
parser.feed("<a>1<!--c-->2<?p q?>3<b k='v'/>4</a>")
print(ET.tostring(parser.close()))


class Target:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args: print(name, args)


parser = ET.XMLParser(target=Target())
parser.feed('<!DOCTYPE a PUBLIC "p" "s"><?x y?><!--c--><a xmlns="u" xmlns:q="v" k="1">')
parser.feed(b'<q:b q:z="2">&lt;t</q:b></a>')
show(parser.close)
show(lambda: parser.feed("x"))
pull = ET.XMLPullParser(["start", "end", "start-ns", "end-ns", "comment", "pi"])
for piece in ('<?x y?><a xmlns="u" k="1">', "<b>t</b>", "<!--d--></a>"):
    pull.feed(piece)
    print([(event, getattr(node, "text", node)) for event, node in pull.read_events()])
print([(event, node.tag) for event, node in ET.iterparse(io.BytesIO(b"<a><b/><c><d/></c></a>"), ["start", "end"])])
for text in ("", "<a>", "<a></b>", "<a>&nope;</a>", "<a/><b/>", b"<?xml version='1.0' encoding='nope'?><a/>",
             b"<?xml version='1.0' encoding='iso-8859-15'?><a>\xa4</a>"):
    show(lambda: ET.fromstring(text).text)
try:
    ET.fromstring("<a>\n</b>")
except ET.ParseError as error:
    print(error.code, error.position, error.args)
entities = ET.XMLParser()
entities.entity["nbsp"] = "\xa0"
entities.feed("<!DOCTYPE a SYSTEM 's'><a>x&nbsp;y</a>")
show(lambda: entities.close().text)
show(lambda: ET.XMLParser("x"))
show(lambda: ET.XMLParser(encoding=1))
show(lambda: ET.XMLParser()._setevents([], ["q"]))
show(lambda: ET.XMLParser(target=Target())._setevents([], None))
show(lambda: ET.canonicalize("<b a='2' A='1'><!-- c --><x/></b>"))
tree = ET.ElementTree(doc)
ET.indent(tree)
out = io.StringIO()
tree.write(out, encoding="unicode")
print(out.getvalue())
