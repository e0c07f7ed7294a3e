// Sets the whole page: one document that loads nothing, says so to the browser, and holds every figure as text.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { cropSection } from "./crops.ts";
import { curveSection } from "./curves.ts";
import { estimateSection } from "./estimates.ts";
import type { Exhibit } from "./exhibit.ts";
import { keyFigures } from "./key-figures.ts";
import { latencySection } from "./latency.ts";
import { loadSections } from "./load.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { Material } from "./material.ts";
import { memorySection } from "./memory.ts";
import { reductionSection } from "./reduction.ts";
import { scoreSection } from "./scores.ts";
import { troublesSection } from "./troubles.ts";
import { capitalized, counted, dayText, listed } from "./words.ts";

/** Ours, and therefore markup; neither holds a sign that XML would stumble over. */
const STYLE: Markup = { text: await beside("page.css") };
const SCRIPT: Markup = { text: await beside("page.js") };

/** A whole document, well-formed as XML too. */
export function htmlPage(
  material: Material,
  exhibits: readonly Exhibit[],
): string {
  const sections = [
    reductionSection(material),
    scoreSection(material),
    cropSection(exhibits),
    curveSection(material),
    estimateSection(material),
    latencySection(material),
    memorySection(material),
    ...loadSections(material),
    troublesSection(material),
  ];
  const page = markup`<html lang="en"><head><meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${policy()}" />
<meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="color-scheme" content="light dark" />
<title>Darkroom: what the lab measured, ${material.results[0]?.date.slice(0, 10) ?? ""}</title>
<style>${STYLE}</style></head>
<body><header><div class="top"><p class="brand">Darkroom</p><button type="button" id="theme" hidden="hidden">Dark</button></div><h1>What the lab measured</h1><p class="lede">${sourcesOf(material)}</p>${keyFigures(material)}<nav aria-label="Contents">${sections.map(
    ({ id, subject }) => markup`<a href="#${id}">${subject}</a> `,
  )}</nav></header>
<main>${sections.map(({ body }) => body)}</main>
<script>${SCRIPT}</script></body></html>
`;
  return `<!DOCTYPE html>\n${page.text}`;
}

function sourcesOf({ results }: Material): string {
  const modes = listed([...new Set(results.map(({ mode }) => mode))]);
  const days = new Set(results.map(({ date }) => dayText(date)));
  const commits = new Set(results.map(({ commit }) => commit ?? "no commit"));
  const machines = new Set(
    results.map(
      ({ machine }) => `${counted(machine.cores, "core")} of ${machine.cpu}`,
    ),
  );
  const warning =
    commits.size > 1
      ? " These are of different commits: set figures of one section against each other, not of two."
      : "";
  return `${capitalized(modes)}: ${counted(results.length, "run")} of ${listed([...days])}, at commit ${listed([...commits])}, on ${listed([...machines])}.${warning}`;
}

/** Nothing may be loaded, sent or framed; style and script are these, by their hashes. */
function policy(): string {
  return [
    "default-src 'none'",
    "img-src data:",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function hashOf({ text }: Markup): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function beside(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), "utf8");
}
