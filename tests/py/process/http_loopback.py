# A threaded HTTP server of http.server on loopback, fetched with urllib and http.client by several threads at once.
import concurrent.futures
import http.client
import http.server
import json
import os
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/echo":
            self.answer(200, json.dumps(urllib.parse.parse_qs(url.query)).encode())
        elif url.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for i in range(5):
                data = b"chunk %d\n" % i
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.write(b"0\r\n\r\n")
        elif url.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/echo?was=moved")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(201, body[::-1], "application/octet-stream")


folder = tempfile.TemporaryDirectory()
with open(os.path.join(folder.name, "page.html"), "w") as f:
    f.write("<p>täipan</p>\n" * 5000)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory=folder.name))
thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
thread.start()
base = "http://127.0.0.1:%d" % server.server_address[1]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(path, data=None):
    with opener.open(base + path, data, timeout=20) as r:
        return r.status, r.headers.get_content_type(), r.read()


print(get("/echo?a=1&b=x%20y&a=2"))
print(get("/chunks"))
print(get("/moved"))
status, kind, page = get("/page.html")
print(status, kind, len(page), page[:10])
print(get("/post", b"0123456789"))
big = os.urandom(1 << 20)
print(get("/post", big)[2] == big[::-1])
try:
    get("/missing")
except urllib.error.HTTPError as e:
    print(e.code, e.reason, "Error response" in e.read().decode())

with concurrent.futures.ThreadPoolExecutor(8) as pool:
    results = list(pool.map(lambda i: json.loads(get("/echo?n=%d" % i)[2]), range(60)))
print(results == [{"n": [str(i)]} for i in range(60)])

# One connection, several requests.
connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
for i in range(3):
    connection.request("GET", "/echo?n=%d" % i)
    response = connection.getresponse()
    print(response.status, response.version, response.read())
connection.close()

server.shutdown()
thread.join()
server.server_close()
try:
    get("/echo")
except urllib.error.URLError as e:
    print(type(e.reason).__name__)
folder.cleanup()
