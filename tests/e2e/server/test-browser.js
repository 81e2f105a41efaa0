// SPDX-FileCopyrightText: 2026 The Tocsin authors
// SPDX-License-Identifier: MIT

// People at the server's pages, in a real browser that runs no scripts unless a test says so.

"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");

const { chromium } = require("playwright-core");

const { look } = require("./look.js");
const { Service, makeCode, until } = require("./service.js");

const PASSWORD = "correct horse battery";
const WRONG = "The e-mail address or the password is wrong.";

let service;
let browser;
let number = 0;

// ---- what people do

// An account of its own for each test.
function addUser() {
  const email = `user${++number}@example.org`;
  service.addUser(email, PASSWORD);
  return email;
}

async function open(javaScriptEnabled = false) {
  const context = await browser.newContext({ javaScriptEnabled, baseURL: service.url });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  return page;
}

async function signIn(page, email, password = PASSWORD, path = "/sign-in") {
  await page.goto(path);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

function getPath(page) {
  const url = new URL(page.url());
  return url.pathname + url.search;
}

async function isSignedIn(page) {
  await page.goto("/account");
  return getPath(page) === "/account";
}

async function turnSecondFactorOn(page) {
  await page.goto("/account");
  await page.getByRole("button", { name: "Turn it on" }).click();
  const secret = await page.locator("code").innerText();
  return secret;
}

async function confirmSecondFactor(page, code) {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Turn it on" }).click();
  return page.locator(".codes li").allInnerTexts();
}

async function enterCode(page, code) {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Sign in" }).click();
}

// ---- the tests

const tests = {
  async "people sign in and out, with scripts and without"() {
    const email = addUser();
    for (const scripts of [false, true]) {
      const page = await open(scripts);
      await page.goto("/account");
      assert.equal(getPath(page), "/sign-in?next=/account");
      await signIn(page, ` ${email.toUpperCase()}`.trim(), PASSWORD, page.url());
      assert.equal(getPath(page), "/account");
      await page.getByRole("button", { name: "Sign out" }).click();
      assert.equal(getPath(page), "/sign-in");
      assert.equal(await isSignedIn(page), false);
      assert.deepEqual(page.complaints, []);
    }
  },

  async "the keyboard is enough"() {
    const page = await open();
    await page.goto("/sign-in");
    await page.keyboard.type(addUser()); // the first field has the focus
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/account");
  },

  async "a failure is told at once, and the same for an account that is not there"() {
    const page = await open();
    const seen = [];
    for (const email of [addUser(), "nobody@example.org"]) {
      await signIn(page, email, "a wrong password");
      assert.equal(await page.getByRole("alert").innerText(), WRONG);
      const field = page.getByLabel("Password", { exact: true });
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.match(await field.getAttribute("aria-describedby"), /alert/);
      assert.equal(await field.inputValue(), "");
      assert.equal(await page.getByLabel("E-mail address").inputValue(), email);
      seen.push((await page.content()).replaceAll(email, "…"));
    }
    assert.equal(seen[0], seen[1]);
  },

  async "guessing gets slower, and ends some time"() {
    const page = await open();
    const email = addUser();
    await until(async () => {
      await signIn(page, email, "a wrong password");
      const text = await page.getByRole("alert").innerText();
      return text !== WRONG && /Try again in \d+ s/.test(text);
    }, "a guess comes too early");
    await until(async () => {
      await signIn(page, email);
      return getPath(page) === "/account";
    }, "the right password is taken again");
  },

  async "people go on to where they wanted to, here only"() {
    const page = await open();
    const email = addUser();
    for (const [next, wanted] of [["/device", "/device"], ["//example.com", "/account"],
                                  ["https://example.com", "/account"],
                                  ["/\\example.com", "/account"]]) {
      await page.context().clearCookies();
      await signIn(page, email, PASSWORD, `/sign-in?next=${encodeURIComponent(next)}`);
      assert.equal(page.url(), service.url + wanted);
    }
  },

  async "a second factor is asked for, and a code counts once"() {
    const page = await open();
    const email = addUser();
    await signIn(page, email);
    const secret = await turnSecondFactorOn(page);
    await page.getByLabel("Code", { exact: true }).fill("000000");
    await page.getByRole("button", { name: "Turn it on" }).click();
    assert.match(await page.getByRole("alert").innerText(), /wrong/);
    const first = makeCode(secret);
    const codes = await confirmSecondFactor(page, first);
    assert.equal(codes.length, 10);
    assert.equal(new Set(codes).size, 10);

    const other = await open();
    await signIn(other, email);
    assert.equal(getPath(other), "/sign-in/code?next=/account");
    await enterCode(other, first);
    assert.match(await other.getByRole("alert").innerText(), /used already/);
    assert.equal(await isSignedIn(other), false);
    await signIn(other, email);
    await enterCode(other, makeCode(secret, 1));
    assert.equal(getPath(other), "/account");
  },

  async "a recovery code lets in once"() {
    const page = await open();
    const email = addUser();
    await signIn(page, email);
    const codes = await confirmSecondFactor(page, makeCode(await turnSecondFactorOn(page)));
    const other = await open();
    await signIn(other, email);
    await enterCode(other, codes[3].toUpperCase().replace("-", " "));
    assert.equal(getPath(other), "/account");
    assert.match(await other.locator("body").innerText(), /9 recovery codes are left/);
    await other.context().clearCookies();
    await signIn(other, email);
    await enterCode(other, codes[3]);
    assert.match(await other.getByRole("alert").innerText(), /used already/);
  },

  async "a forgotten password is set anew by a link that is good once"() {
    const email = addUser();
    const elsewhere = await open();
    await signIn(elsewhere, email);
    const page = await open();
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgot the password?" }).click();
    await page.getByLabel("E-mail address").fill(email);
    await page.getByRole("button", { name: "Send the link" }).click();
    const said = await page.locator("main").innerText();
    const link = (await service.waitForMail(email)).match(/http\S+\/reset\/\S+/)[0];
    await page.goto(link);
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Set the password" }).click();
    assert.match(await page.getByRole("alert").innerText(), /at least 10/);
    await page.getByLabel("New password").fill("another long password");
    await page.getByRole("button", { name: "Set the password" }).click();
    assert.equal(await isSignedIn(elsewhere), false);
    await signIn(page, email);
    assert.equal(await page.getByRole("alert").innerText(), WRONG);
    await signIn(page, email, "another long password");
    assert.equal(getPath(page), "/account");
    const again = await page.goto(link);
    assert.equal(again.status(), 404);

    await page.goto("/reset");
    await page.getByLabel("E-mail address").fill("nobody@example.org");
    await page.getByRole("button", { name: "Send the link" }).click();
    assert.equal(await page.locator("main").innerText(), said);
    assert.ok(!service.mailbox.mails.some((mail) => mail.to.includes("nobody@example.org")));
  },

  async "a session can be ended from another one"() {
    const email = addUser();
    const [here, there] = [await open(), await open()];
    await signIn(here, email);
    await signIn(there, email);
    await here.goto("/account");
    assert.equal(await here.getByRole("button", { name: "End" }).count(), 1);
    await here.getByRole("button", { name: "End" }).click();
    assert.equal(await isSignedIn(there), false);
    assert.equal(await isSignedIn(here), true);
  },

  async "a new password ends other sessions"() {
    const email = addUser();
    const [here, there] = [await open(), await open()];
    await signIn(here, email);
    await signIn(there, email);
    await here.goto("/account");
    await here.getByLabel("Password now").fill("not it at all");
    await here.getByLabel("New password").fill("another long password");
    await here.getByRole("button", { name: "Change the password" }).click();
    assert.equal(await here.getByRole("alert").count(), 1);
    await here.getByLabel("Password now").fill(PASSWORD);
    await here.getByLabel("New password").fill("another long password");
    await here.getByRole("button", { name: "Change the password" }).click();
    assert.equal(await here.getByRole("status").innerText(), "The password is changed.");
    assert.equal(await isSignedIn(there), false);
    assert.equal(await isSignedIn(here), true);
  },

  async "an API token is shown once, works, and is revoked"() {
    const page = await open();
    await signIn(page, addUser());
    await page.getByLabel("A new token for").fill("a <script> & more");
    await page.getByRole("button", { name: "Make the token" }).click();
    const token = await page.locator(".secret").innerText();
    const ask = () => fetch(`${service.url}/api/v1/me`,
                            { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await ask()).status, 200);
    await page.goto("/account");
    assert.ok(!(await page.content()).includes(token));
    assert.match(await page.locator("body").innerText(), /a <script> & more/);
    await page.getByRole("button", { name: "Revoke" }).click();
    assert.equal((await ask()).status, 401);
  },

  async "another site can do nothing"() {
    const page = await open(true);
    const email = addUser();
    await signIn(page, email);
    const form = `<form id="f" method="post" action="${service.url}/account/tokens">` +
      `<input name="name" value="stolen"><input name="admin" value="1">` +
      `<input name="csrf" value=""></form><script>f.submit ()</script>`;
    const evil = http.createServer((request, answer) => {
      answer.setHeader("Content-Type", "text/html");
      answer.end(form);
    });
    await new Promise((resolve) => evil.listen(0, "127.0.0.1", resolve));
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/account/tokens"));
    await page.goto(`http://localhost:${evil.address().port}/`);
    assert.equal((await answered).status(), 403);
    evil.close();

    // On the page itself, a form whose token is another's, or none.
    for (const csrf of ["", "00".repeat(16)]) {
      await page.goto("/account");
      const status = await page.evaluate(async (token) => {
        const answer = await fetch("/account/tokens", {
          method: "POST",
          body: new URLSearchParams({ name: "stolen", admin: "1", csrf: token }),
        });
        return answer.status;
      }, csrf).catch(() => "refused by the page’s policy");
      assert.ok([403, "refused by the page’s policy"].includes(status), `${status}`);
      const cookies = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`);
      const bare = await fetch(`${service.url}/account/tokens`, {
        method: "POST",
        redirect: "manual",
        headers: { "Cookie": cookies.join("; "), "Sec-Fetch-Site": "same-origin" },
        body: new URLSearchParams({ name: "stolen", admin: "1", csrf }),
      });
      assert.equal(bare.status, 403);
    }
    assert.ok(!service.run(["token", "list"]).includes("stolen"));
  },

  async "cookies and headers are strict"() {
    const page = await open();
    await signIn(page, addUser());
    const [cookie] = await page.context().cookies();
    assert.equal(cookie.httpOnly, true);
    assert.equal(cookie.sameSite, "Lax");
    const headers = (await page.goto("/account")).headers();
    assert.match(headers["content-security-policy"], /default-src 'none'/);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe/);
    assert.match(headers["cache-control"], /no-store/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
  },

  async "a device is let in by who has its code before their eyes"() {
    const page = await open();
    await signIn(page, addUser());
    const post = (path, form) => fetch(service.url + path, {
      method: "POST", body: new URLSearchParams(form),
    }).then(async (answer) => ({ status: answer.status, ...await answer.json() }));
    const redeem = (code) => post("/oauth/token", {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: code,
      client_id: "tocsin",
    });
    for (const [button, wanted] of [["Let it in", undefined],
                                    ["No, it was not me", "access_denied"]]) {
      const flight = await post("/oauth/device", {
        client_id: "tocsin", client_name: "A <b>laptop",
      });
      assert.equal((await redeem(flight.device_code)).error, "authorization_pending");
      await page.goto("/device");
      await page.getByLabel("Code", { exact: true })
        .fill(flight.user_code.toLowerCase().replace("-", ""));
      await page.getByRole("button", { name: "Go on" }).click();
      assert.match(await page.locator("main").innerText(), new RegExp(flight.user_code));
      assert.match(await page.locator("main").innerText(), /A <b>laptop/);
      if (button === "Let it in" && process.env.TEST_SHOTS)
        await page.screenshot({ path: `${process.env.TEST_SHOTS}/device-request.png` });
      await page.getByRole("button", { name: button }).click();
      const answer = await until(async () => {
        const got = await redeem(flight.device_code);
        return ["slow_down", "authorization_pending"].includes(got.error) ? null : got;
      }, "the device’s turn");
      assert.equal(answer.error, wanted);
      assert.equal(answer.access_token !== undefined, wanted === undefined);
    }
  },

  async "an invitation makes an account and a member"() {
    const owner = addUser();
    service.run(["team", "add", "Bell & Sons", "--owner", owner]);
    const token = service.run(["token", "create", owner, "--scopes", "read,write,admin"]);
    const headers = { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" };
    const ask = (path, body) => fetch(service.url + path, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body),
    }).then((answer) => answer.json());
    const teams = await ask("/api/v1/teams");
    const list = teams.items ?? teams.data ?? teams.teams ?? teams;
    const made = await ask(`/api/v1/teams/${list[0].id}/invitations`,
                           { email: "invited@example.org", role: "editor" });
    const mail = await service.waitForMail("invited@example.org");
    const link = mail.match(/http\S+invitation\S+/)[0];
    const page = await open();
    await page.goto(link);
    assert.equal(await page.getByRole("heading").innerText(), "Join Bell & Sons");
    await look(await withScripts(link), "invitation");
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: /join/i }).click();
    assert.equal(getPath(page), "/account");
    assert.match(await page.locator("body").innerText(), /Bell & Sons\s*editor/);
    assert.equal((await page.goto(link)).status(), 404);
    assert.ok(made !== undefined);
  },

  async "every page is right, wide and narrow, light and dark"() {
    const page = await open(true);
    const email = addUser();
    for (const [name, path] of [["sign-in", "/sign-in"], ["reset", "/reset"],
                                ["link-over", "/reset/x"], ["invitation-over", "/invitation/x"],
                                ["nothing", "/nothing-here"]]) {
      await page.goto(path);
      await look(page, name);
    }
    await signIn(page, email, "a wrong password");
    await look(page, "sign-in-failed");
    await signIn(page, email);
    await look(page, "account");
    await page.goto("/device");
    await look(page, "device");
    const secret = await turnSecondFactorOn(page);
    await look(page, "second-factor");
    await confirmSecondFactor(page, makeCode(secret));
    await look(page, "recovery-codes");
    await page.goto("/account/second-factor/change");
    await look(page, "second-factor-change");
    await page.context().clearCookies();
    await signIn(page, email);
    await look(page, "code");
  },
};

// The same address in a browser that runs scripts, as look () needs.
async function withScripts(url) {
  const page = await open(true);
  await page.goto(url);
  return page;
}

// ---- running them

async function main() {
  let failures = 0;
  let i = 0;

  service = await Service.start();
  browser = await chromium.launch({ executablePath: process.env.TEST_BROWSER, headless: true });
  console.log(`1..${Object.keys(tests).length}`);
  for (const [name, run] of Object.entries(tests)) {
    try {
      await run();
      console.log(`ok ${++i} ${name}`);
    } catch (error) {
      failures++;
      console.log(`not ok ${++i} ${name}`);
      console.log(`${error.stack}`.replace(/^/gm, "# "));
    }
    for (const context of browser.contexts())
      await context.close();
  }
  if (failures > 0)
    console.log(service.log.replace(/^/gm, "# "));
  await browser.close();
  await service.stop();
  process.exitCode = failures > 0 ? 1 : 0;
}

main().catch((error) => {
  console.log(`Bail out! ${error.stack}`);
  process.exit(1);
});
