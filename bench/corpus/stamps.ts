// Remembers which cached file came of which manifest entry; decides whether one may be kept.

import { createHash } from "node:crypto";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Declared } from "./entry.ts";

/** What is known of a file that was built: its entry's stamp, its size, and a hash of its bytes as they were then. */
export interface Built {
  readonly stamp: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type Stamps = Map<string, Built>;

const FILE = "stamps.json";

/** The stamps of a folder; none when it has none, or when they cannot be read: files are then built again. */
export async function readStamps(folder: string): Promise<Stamps> {
  try {
    const text = await readFile(join(folder, FILE), "utf8");
    return new Map(Object.entries(JSON.parse(text) as object));
  } catch {
    return new Map();
  }
}

export async function writeStamps(
  folder: string,
  stamps: Stamps,
): Promise<void> {
  const text = `${JSON.stringify(Object.fromEntries(stamps), null, 1)}\n`;
  await replaceFile(join(folder, FILE), text);
}

/** What to remember of a file's bytes. */
export function builtOf({ stamp }: Declared, content: Uint8Array): Built {
  return { stamp, bytes: content.length, sha256: sha256(content) };
}

/** SHA-256 in hex. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Whether the file is there, as large as it was, and made of the same entry. */
export async function isCurrent(
  folder: string,
  stamps: Stamps,
  { name, stamp }: Declared,
): Promise<boolean> {
  const known = stamps.get(name);
  if (known?.stamp !== stamp) return false;
  const found = await stat(join(folder, name)).catch(() => null);
  return found?.size === known.bytes;
}

/** Writes beside the path and renames: a build that is stopped leaves no half file under a good name. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content);
  await rename(draft, path);
}
