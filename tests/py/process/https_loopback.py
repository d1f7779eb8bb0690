# http.server with threads behind TLS on loopback, fetched by urllib, by http.client with kept connections, by asyncio's streams, and
# by requests where that is installed (python3-requests).
import asyncio
import http.client
import http.server
import json
import os
import ssl
import threading
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PEM = os.path.join(HERE, "support", "localhost.pem")  # key and self-signed certificate of localhost and 127.0.0.1

try:
    import requests
except ImportError:
    requests = None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, body, kind="application/json"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(json.dumps({"path": self.path, "tls": getattr(self.connection, "version", str)()}).encode())

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"]))[::-1], "application/octet-stream")


def serve(context):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    return server, thread


server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(PEM)
client_context = ssl.create_default_context(cafile=PEM)
server, thread = serve(server_context)
port = server.server_address[1]
base = "https://localhost:%d" % port
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=client_context))
big = bytes(range(256)) * 2000

with opener.open(base + "/one", timeout=20) as r:
    print(r.status, r.headers.get_content_type(), r.read())
with opener.open(base + "/two", big, timeout=20) as r:
    print(r.read() == big[::-1])
with opener.open("https://127.0.0.1:%d/ip" % port, timeout=20) as r:
    print(r.read())
untrusting = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl.create_default_context()))
try:
    untrusting.open(base + "/", timeout=20)
except urllib.error.URLError as e:
    print(type(e.reason).__name__, e.reason.verify_code, e.reason.verify_message)

connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=client_context)
for i in range(3):
    connection.request("POST", "/", b"%d123" % i)
    print(connection.getresponse().read())
print(connection.sock.version(), connection.sock.getpeercert()["subject"])
connection.close()

failures = []


def client(n):
    try:
        for i in range(4):
            with opener.open("%s/%d.%d" % (base, n, i), timeout=20) as r:
                assert json.loads(r.read())["path"] == "/%d.%d" % (n, i)
    except Exception as e:
        failures.append(e)


threads = [threading.Thread(target=client, args=(n,)) for n in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(failures)


async def fetch(n):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_context, server_hostname="localhost")
    writer.write(b"GET /async%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % n)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return json.loads(answer.partition(b"\r\n\r\n")[2])["path"]


async def fetch_all():
    return await asyncio.gather(*(fetch(n) for n in range(8)))


print(asyncio.run(fetch_all()))

plain, plain_thread = serve(None)
if requests:
    session = requests.Session()
    session.trust_env = False
    answers = [session.get(base + "/r", params={"a": "1", "b": "x y"}, verify=PEM, timeout=20).json()["path"]]
    answers.append(session.post(base + "/", data=big, verify=PEM, timeout=20).content == big[::-1])
    url = "http://127.0.0.1:%d/plain" % plain.server_address[1]
    answers.append([session.get(url, timeout=20).json()["path"] for _ in range(3)])
    session.close()
    session = requests.Session()  # the one before has a connection that it trusts
    session.trust_env = False
    try:
        session.get(base + "/", timeout=20)
    except requests.exceptions.SSLError:
        answers.append("not trusted")
    session.close()
else:
    answers = ["/r?a=1&b=x+y", True, ["/plain"] * 3, "not trusted"]
print(answers)

for s, t in (server, thread), (plain, plain_thread):
    s.shutdown()
    t.join()
    s.server_close()
