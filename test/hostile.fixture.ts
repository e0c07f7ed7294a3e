// Makes the hostile files that lie beside the project, and says what an answer to each may be; tests skip by name where a clone has no generators.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../shared/hostile/", import.meta.url));

/** A row of a generator's manifest. */
export interface HostileRow {
  readonly name: string;
  readonly expect: keyof typeof SUITABLE;
  /** Milliseconds that one request may take on an idle machine; twice that is allowed. */
  readonly max_ms: number;
  readonly note: string;
  /** Strings that a sanitized drawing must still hold. */
  readonly keep?: readonly string[];
}

/** False where the generators and python3 are, else the reason to skip. */
export const withoutGenerators = !existsSync(FOLDER)
  ? "the hostile files' generators (../shared/hostile) are not here"
  : spawnSync("python3", ["--version"]).status !== 0
    ? "python3 is not installed"
    : false;

/** Has a generator fill `folder` (4 s for 206 images of 35 MB, 1 s for 244 drawings), and reads what it says of them. */
export function generated(
  generator: "gen_images.py" | "gen_svg.py",
  folder: string,
): readonly HostileRow[] {
  const script = join(FOLDER, generator);
  execFileSync("python3", [script, "--out", folder], { stdio: "ignore" });
  const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
  return JSON.parse(manifest) as HostileRow[];
}

/** What the independent reader of SVGs finds in files that it should not; a line each. */
export function faultsIn(paths: readonly string[]): string[] {
  const script = join(FOLDER, "check_svg.py");
  const { stdout, status } = spawnSync("python3", [script, ...paths], {
    encoding: "utf8",
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  if (status !== 0 && lines.length === 0)
    throw new Error("check_svg.py failed");
  return status === 0 ? [] : lines;
}

/** Statuses that suit each class (shared/hostile/README.md): 4xx are the file's fault, 200 is a picture that decodes. */
const SUITABLE = {
  SIZE: [413],
  REFUSE: [413, 415, 422],
  FORMAT: [415],
  CORRUPT: [422, 415],
  EITHER: [200, 413, 415, 422],
  CLEAN: [200, 413, 415, 422],
  SAME: [200],
} as const;

export function suits({ expect }: HostileRow, status: number, bytes: number) {
  // Nothing at all is a bad request.
  if (bytes === 0) return status === 400;
  return (SUITABLE[expect] as readonly number[]).includes(status);
}

/** What must be gone from a picture that is sent, by file; metadata are stripped unless asked to stay. */
export const PAYLOADS: Readonly<Record<string, string>> = {
  "png_trailing_zip.png": "PK\x03\x04",
  "png_trailing_php.png": "<?php",
  "png_text_php.png": "<?php",
  "jpeg_html_tail.jpg": "<script>",
  "gif_js_polyglot.gif": "GIFJS",
};
