// SPDX-FileCopyrightText: 2026 The Tocsin authors
// SPDX-License-Identifier: MIT

// What is right of every page, whatever is on it.

"use strict";

const assert = require("node:assert/strict");

const CONTRAST_LEAST = 4.5; // WCAG 2.2, 1.4.3
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

// Runs in the page.
function findFaults() {
  const faults = [];
  const isSeen = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

  if (document.documentElement.lang === "")
    faults.push("it has no language");
  if (document.title === "" || document.querySelectorAll("h1").length !== 1)
    faults.push("one title and one heading are wanted");
  if (document.querySelectorAll("main").length !== 1)
    faults.push("one main part is wanted");
  if (document.querySelector("script, style, [style], [onclick], [onload]") !== null)
    faults.push("something is inline");
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
    faults.push(`it is ${document.documentElement.scrollWidth} wide`);
  const fields = "input:not([type=hidden], [hidden])";

  for (const input of document.querySelectorAll(`${fields}, select, textarea`)) {
    if (input.labels.length === 0 || input.labels[0].innerText.trim() === "")
      faults.push(`${input.name} has no label`);
    if (input.type !== "checkbox" && input.type !== "radio" && input.name !== "name" &&
        input.autocomplete === "")
      faults.push(`${input.name} does not say what it is for`);
    for (const id of (input.getAttribute("aria-describedby") ?? "").split(" "))
      if (id !== "" && document.getElementById(id) === null)
        faults.push(`${input.name}: nothing is called ${id}`);
  }
  for (const image of document.querySelectorAll("img"))
    if (!image.hasAttribute("alt") || image.naturalWidth === 0)
      faults.push(`${image.src} says nothing, or is not there`);
  for (const button of document.querySelectorAll(`button, a.button, ${fields}`))
    if (isSeen(button) && !["checkbox", "radio"].includes(button.type) &&
        button.getBoundingClientRect().height < 24) // WCAG 2.2, 2.5.8
      faults.push(`${button.innerText || button.name} is too small to hit`);
  return faults;
}

// Runs in the page: the text that stands out least from what is behind it.
function findWorstContrast() {
  const read = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node !== null; node = node.parentElement) {
      const colour = read(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] === 1)
        return colour;
    }
    return [255, 255, 255];
  };
  let worst = { ratio: 21, text: "" };

  for (const node of document.querySelectorAll("body, body *:not(svg, svg *)")) {
    const text = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE)
      .map((child) => child.data.trim()).join("");
    if (text === "" || !node.checkVisibility())
      continue;
    const a = light(read(getComputedStyle(node).color));
    const b = light(ground(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst.ratio)
      worst = { ratio, text };
  }
  return worst;
}

async function setLook(page, colorScheme, size) {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize(size);
}

// Looks at the page wide and narrow, light and dark; and takes pictures of it where $TEST_SHOTS
// names a folder.
async function look(page, name) {
  const looks = ["light", "dark"].flatMap((scheme) => [WIDE, NARROW].map((size) => [scheme, size]));

  for (const [scheme, size] of looks) {
    await setLook(page, scheme, size);
    assert.deepEqual(await page.evaluate(findFaults), [], `${name}, ${size.width} px`);
    const worst = await page.evaluate(findWorstContrast);
    assert.ok(worst.ratio >= CONTRAST_LEAST,
              `${name}, ${scheme}: “${worst.text}” has a contrast of ${worst.ratio}`);
  }
  for (const [scheme, size] of process.env.TEST_SHOTS ? looks : []) {
    await setLook(page, scheme, size);
    await page.screenshot({
      path: `${process.env.TEST_SHOTS}/${name}-${scheme}-${size.width}.png`,
      fullPage: true,
    });
  }
}

module.exports = { look };
