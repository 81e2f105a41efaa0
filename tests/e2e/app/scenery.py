# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""The hosts that make-showcase tells of, on a network of its own where they have their own names
and ports: so what the app shows of them is what the daemon sees. Wants the namespaces that
enter () makes."""

import os
import pathlib
import random
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
import time

HOSTS = {
    "203.0.113.10": "shop.example.org",
    "203.0.113.11": "www.example.org",
    "203.0.113.20": "api.example.org",
    "203.0.113.21": "intranet.example.org",
    "203.0.113.22": "staging.example.org",
    "203.0.113.25": "mail.example.org",
    "203.0.113.26": "git.example.org",
    "203.0.113.1": "gw.example.org",
    "203.0.113.53": "ns.example.org",
}
# The seconds that each takes to answer; the API does not listen, which is its story.
WEB = {"203.0.113.10": 0.11, "203.0.113.11": 0.08, "203.0.113.21": 1.0, "203.0.113.22": 0.1}
INSIDE = "TOCSIN_SCENERY"
CERTIFICATE_DAYS = {"shop.example.org": 61, "www.example.org": 9, "intranet.example.org": 23,
                    "staging.example.org": 80}


def enter():
    """Starts this program anew in namespaces of its own, once."""
    if os.environ.get(INSIDE) != "1":
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--map-root-user", "--mount", "--net", "--fork",
                              "--kill-child", sys.executable, *sys.argv])


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_network(folder):
    run("ip", "link", "set", "lo", "up")
    for address in HOSTS:
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    run("ip", "route", "add", "default", "dev", "lo")  # without one this computer is offline
    hosts = folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n" +
                     "".join(f"{address} {name}\n" for address, name in HOSTS.items()))
    run("mount", "--bind", hosts, "/etc/hosts")


# ---- certificates

def make_authority(folder):
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 3650, "-subj",
        "/O=Example Trust/CN=Example Trust Root", "-keyout", folder / "ca.key", "-out",
        folder / "ca.pem")
    return folder / "ca.pem"


def make_certificate(folder, name):
    request, extra, path = folder / f"{name}.csr", folder / f"{name}.ext", folder / f"{name}.pem"
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout",
        folder / f"{name}.key", "-out", request)
    extra.write_text(f"subjectAltName=DNS:{name}\n")
    run("openssl", "x509", "-req", "-in", request, "-CA", folder / "ca.pem", "-CAkey",
        folder / "ca.key", "-CAcreateserial", "-days", CERTIFICATE_DAYS[name], "-extfile", extra,
        "-out", path)
    return path, folder / f"{name}.key"


# ---- servers

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(address, port, talk, context=None):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                link = self.request
                if context is not None:
                    link = context.wrap_socket(link, server_side=True)
                talk(link)
                link.close()
            except OSError:
                pass  # a client may go when it likes

    server = Server((address, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def answer_web(delay_s):
    body = (b"<!doctype html>\n<html lang=\"en\">\n<title>Example</title>\n"
            b"<h1>Welcome</h1>\n<p>Everything is in stock.</p>\n")

    def talk(link):
        link.recv(4096)
        time.sleep(delay_s * random.uniform(0.9, 1.3))
        link.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                     b"Server: nginx\r\nCache-Control: max-age=60\r\nConnection: close\r\n"
                     b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    return talk


def greet(line):
    def talk(link):
        link.sendall(line)
        link.recv(1024)
    return talk


def answer_names(data):
    """The answer to any question: 10 mail.example.org, as MX."""
    end = 12 + data[12:].index(b"\0") + 5
    head = data[:2] + struct.pack("!HHHHH", 0x8580, 1, 1, 0, 0)
    mail = struct.pack("!H", 10) + b"\x04mail\xc0\x0c"
    return head + data[12:end] + struct.pack("!HHHIH", 0xc00c, 15, 1, 3600, len(mail)) + mail


def serve_names(address):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            data, link = self.request
            link.sendto(answer_names(data), self.client_address)

    server = socketserver.ThreadingUDPServer((address, 53), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def build(folder):
    """All of it; and the file of the authority that its certificates have."""
    folder = pathlib.Path(folder)
    make_network(folder)
    authority = make_authority(folder)
    for address, delay_s in WEB.items():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*make_certificate(folder, HOSTS[address]))
        serve(address, 443, answer_web(delay_s), context)
    serve("203.0.113.25", 25, greet(b"220 mail.example.org ESMTP\r\n"))
    serve("203.0.113.26", 22, greet(b"SSH-2.0-OpenSSH_9.2\r\n"))
    serve_names("203.0.113.53")
    return authority
