// Remembers what strategies and optimize really made, since that is slow: by the file's bytes, the setting and the row's code.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile, sha256 } from "../corpus/stamps.ts";
import { CACHE } from "./make.ts";

/** Of an entry: which code it was made by. */
interface Entry {
  readonly code: string;
  readonly value: unknown;
}

type Entries = Map<string, Entry>;

/** What may be taken from an earlier run: what the same code made, all, or nothing. */
export type Reuse = "current" | "kept" | "none";

/** Entries of one format; files are told apart by their bytes. */
export class Truth {
  readonly #path: string;
  readonly #code: string;
  readonly #isGood: (entry: Entry) => boolean;
  readonly #known: Entries;
  /** What this process made. */
  readonly #made: Entries = new Map();
  readonly #hashes = new Map<string, string>();
  #savedAt = performance.now();

  private constructor(
    path: string,
    known: Entries,
    code: string,
    reuse: Reuse,
  ) {
    this.#path = path;
    this.#known = known;
    this.#code = code;
    this.#isGood = (entry) =>
      reuse === "kept" || (reuse === "current" && entry.code === code);
  }

  static async open(
    format: string,
    code: string,
    reuse: Reuse,
    folder: string = CACHE,
  ): Promise<Truth> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `truth-${format}.json`);
    return new Truth(path, await readEntries(path), code, reuse);
  }

  /** What was made of the file under this name before, else what `make` makes now. Rejects as it does, and remembers nothing then. */
  async of<T>(
    file: string,
    what: readonly string[],
    make: () => Promise<T>,
  ): Promise<T> {
    const key = [await this.#hashOf(file), ...what].join(" ");
    const known = this.#known.get(key);
    const entry =
      this.#made.get(key) ?? (known && this.#isGood(known) ? known : undefined);
    if (entry) return entry.value as T;
    const value = await make();
    this.#made.set(key, { code: this.#code, value });
    if (performance.now() - this.#savedAt > SAVE_EVERY_MS) await this.save();
    return value;
  }

  /** Adds what was made to what stands in the file by now: another process may have saved meanwhile. */
  async save(): Promise<void> {
    this.#savedAt = performance.now();
    if (this.#made.size === 0) return;
    const all = new Map([...(await readEntries(this.#path)), ...this.#made]);
    const lines = [...all]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([key, entry]) => `${JSON.stringify(key)}: ${JSON.stringify(entry)}`,
      );
    await replaceFile(this.#path, `{\n${lines.join(",\n")}\n}\n`);
  }

  async #hashOf(file: string): Promise<string> {
    const known = this.#hashes.get(file);
    if (known !== undefined) return known;
    const hash = sha256(await readFile(file)).slice(0, 24);
    this.#hashes.set(file, hash);
    return hash;
  }
}

/** A run that is stopped loses no more than this. */
const SAVE_EVERY_MS = 10_000;

/** None where nothing was saved yet. */
async function readEntries(path: string): Promise<Entries> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return new Map(Object.entries(JSON.parse(text) as Record<string, Entry>));
}
