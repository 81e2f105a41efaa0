# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT

"""Everything that the app needs to be real: a display, a bus that starts the daemon and the
accessibility bus when they are asked for, folders of its own, a site to watch."""

import contextlib
import http.server
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import threading

LAUNCHERS = (
    "/usr/libexec/at-spi-bus-launcher",
    "/usr/lib/at-spi2-core/at-spi-bus-launcher",
    "/usr/lib/at-spi-bus-launcher",
)
GRACE_S = 20
SOURCES = pathlib.Path(__file__).resolve().parents[3]

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <servicedir>{folder}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
SERVICE = "[D-BUS Service]\nName={name}\nExec={command}\n"


class Site:
    """A web site that can be stopped and started again on its port."""

    def __init__(self):
        self.port = 0
        self.server = None
        self.start()

    def start(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = b"hello, world\n"
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,),
                                       daemon=True)
        self.thread.start()

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()
            self.server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"


class Town:
    def __init__(self, build, screen="1280x900"):
        self.build = pathlib.Path(build)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-e2e-"))
        self.data = self.folder / "data"
        self.processes = []
        self.environment = dict(
            os.environ,
            GDK_BACKEND="x11",
            GIO_USE_VFS="local",
            GSETTINGS_BACKEND="memory",
            GSETTINGS_SCHEMA_DIR=str(self.build / "data"),
            GSK_RENDERER="cairo",
            GTK_A11Y="atspi",
            GTK_USE_PORTAL="0",
            ADW_DISABLE_PORTAL="1",
            HOME=str(self.folder),
            LC_ALL="C.UTF-8",
            NO_AT_BRIDGE="0",
            TZ="UTC",
            XDG_CACHE_HOME=str(self.folder / "cache"),
            XDG_CONFIG_HOME=str(self.folder / "config"),
            XDG_DATA_HOME=str(self.folder / "share"),
            XDG_RUNTIME_DIR=str(self.folder),
        )
        # The app's icons, as where it is installed.
        shared = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share")
        self.environment["XDG_DATA_DIRS"] = f"{SOURCES / 'data'}:{shared}"
        for name in ("AT_SPI_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY"):
            self.environment.pop(name, None)
        try:
            self._start_display(screen)
            self._start_bus()
        except BaseException:
            self.close()
            raise

    def spawn(self, *command, **options):
        process = subprocess.Popen([str(word) for word in command], env=self.environment,
                                   stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def _start_display(self, screen):
        reader, writer = os.pipe()
        self.spawn("Xvfb", "-displayfd", writer, "-screen", "0", f"{screen}x24", "-nolisten",
                   "tcp", pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as said:
            self.environment["DISPLAY"] = ":" + said.readline().strip()

    def _start_bus(self):
        launcher = next((path for path in LAUNCHERS if os.path.exists(path)), None)
        daemon = f"{self.build}/daemon/tocsind --data-dir {self.data} --reference none"
        # What is not ours may warn as it likes.
        accessibility = f"/usr/bin/env -u G_DEBUG {launcher}"
        for name, command in (("org.a11y.Bus", accessibility), ("org.tocsin.Tocsin1", daemon)):
            if launcher is not None or command is daemon:
                path = self.folder / f"{name}.service"
                path.write_text(SERVICE.format(name=name, command=command))
        config = self.folder / "bus.conf"
        config.write_text(BUS_CONFIG.format(folder=self.folder))
        bus = self.spawn("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile",
                         "--print-address=1", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()

    def ctl(self, *words):
        """What tocsinctl prints."""
        answer = subprocess.run([str(self.build / "daemon/ctl/tocsinctl"), *words], check=True,
                                env=self.environment, capture_output=True, text=True,
                                stdin=subprocess.DEVNULL)
        return answer.stdout

    def daemon_pid(self):
        """Of the tocsind that is on the bus now."""
        answer = subprocess.run(
            ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path",
             "/org/freedesktop/DBus", "--method",
             "org.freedesktop.DBus.GetConnectionUnixProcessID", "org.tocsin.Tocsin1"],
            check=True, env=self.environment, capture_output=True, text=True)
        return int(answer.stdout.split()[1].rstrip(",)"))

    def start_app(self, *words, log=None):
        return self.spawn(self.build / "app/tocsin", *words, stderr=log)

    def end(self, process, number=signal.SIGTERM):
        if process in self.processes:
            self.processes.remove(process)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _end_daemon(self):
        pid = self.daemon_pid()
        process = os.pidfd_open(pid)
        os.kill(pid, signal.SIGTERM)
        select.select([process], [], [], GRACE_S)
        os.close(process)

    def close(self):
        """Ends all in turn, the last one first; the daemon, which the bus started, before it."""
        with contextlib.suppress(subprocess.CalledProcessError, ProcessLookupError):
            self._end_daemon()
        while self.processes:
            self.end(self.processes[-1])
        shutil.rmtree(self.folder, ignore_errors=True)
