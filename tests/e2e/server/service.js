// SPDX-FileCopyrightText: 2026 The Tocsin authors
// SPDX-License-Identifier: MIT

// The server as a program of its own, a mailbox that it sends to, and an authenticator app.

"use strict";

const { spawn, spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const net = require("node:net");

const BOUND_MS = 30_000;
const TICK_MS = 20;

// Asks again and again until there is something.
async function until(ask, what) {
  const end = Date.now() + BOUND_MS;
  for (;;) {
    const found = await ask();
    if (found)
      return found;
    if (Date.now() > end)
      throw new Error(`${what}: not within ${BOUND_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

// ---- mail

// Takes any mail. Replies as RFC 5321 has it; what it got is in `mails`.
function openMailbox() {
  const mails = [];
  const server = net.createServer((socket) => {
    let text = "";
    let inBody = false;
    let mail = { to: [], body: "" };
    socket.on("error", () => {});
    socket.write("220 mail.example.org\r\n");
    socket.on("data", (data) => {
      text += data.toString("utf8");
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (inBody && line !== ".") {
          mail.body += line.replace(/^\./, "") + "\n";
        } else if (inBody) {
          inBody = false;
          mails.push(mail);
          mail = { to: [], body: "" };
          socket.write("250 taken\r\n");
        } else if (/^DATA/i.test(line)) {
          inBody = true;
          socket.write("354 go ahead\r\n");
        } else {
          if (/^RCPT TO:/i.test(line))
            mail.to.push(line.replace(/^.*<(.*)>.*$/, "$1"));
          socket.write(/^QUIT/i.test(line) ? "221 bye\r\n" : "250 ok\r\n");
        }
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({
      port: server.address().port,
      mails,
      close: () => server.close(),
    }));
  });
}

// Of quoted-printable.
function readBody(mail) {
  return mail.body.slice(mail.body.indexOf("\n\n") + 2).replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

// ---- the server

function getFreePort() {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

class Service {
  static async start() {
    const service = new Service();
    const port = await getFreePort();
    service.mailbox = await openMailbox();
    service.url = `http://127.0.0.1:${port}`;
    service.env = {
      ...process.env,
      TOCSIN_LISTEN: `127.0.0.1:${port}`,
      TOCSIN_PUBLIC_URL: service.url,
      TOCSIN_WORKERS: "1",
      TOCSIN_REQUESTS_A_MINUTE: "0",
      TOCSIN_SECRETS_KEY: "00".repeat(32),
      TOCSIN_SMTP_URL: `smtp://127.0.0.1:${service.mailbox.port}`,
      TOCSIN_SMTP_FROM: "Tocsin <tocsin@example.org>",
      TOCSIN_ALLOW_PRIVATE: "true",
    };
    service.run(["migrate"]);
    service.child = spawn(process.env.TEST_SERVER, ["serve"],
                          { env: service.env, stdio: ["ignore", "ignore", "pipe"] });
    service.log = "";
    service.child.stderr.on("data", (data) => { service.log += data; });
    await until(() => fetch(`${service.url}/healthz`).then((answer) => answer.ok, () => false),
                "the server answers");
    return service;
  }

  // A command of the operator's; what it says.
  run(words, input = "") {
    const result = spawnSync(process.env.TEST_SERVER, words,
                             { env: this.env, input, encoding: "utf8" });
    if (result.status !== 0)
      throw new Error(`${words.join(" ")}: ${result.stderr}`);
    return result.stdout.trim();
  }

  addUser(email, password) {
    this.run(["user", "add", email, "--name", email.split("@")[0], "--password-stdin"],
             `${password}\n`);
  }

  waitForMail(to) {
    return until(() => this.mailbox.mails.find((mail) => mail.to.includes(to) && !mail.seen),
                 `a mail to ${to}`).then((mail) => {
      mail.seen = true;
      return readBody(mail);
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    await ended;
    this.mailbox.close();
  }
}

// ---- the authenticator app (RFC 6238)

function readBase32(text) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of text.replace(/[\s=]/g, ""))
    bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// `later`: of a step that is that much later than now.
function makeCode(secret, later = 0) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = crypto.createHmac("sha1", readBase32(secret)).update(step).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

module.exports = { Service, makeCode, until };
