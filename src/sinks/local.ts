// Keeps objects in a folder of this machine: the default, so that storing works without any account.

import {
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import {
  copyFile,
  link,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { SIGNED_SECONDS, urlBelow } from "./sink.ts";
import type { Kept, NewObject, Sink } from "./sink.ts";

export interface LocalSettings {
  readonly folder: string;
  readonly maxBytes: number;
  /** Address under which `/files/` is reached. */
  readonly base: () => string;
}

/** What is known of an object, in a file beside its data. */
interface Entry {
  readonly key: string;
  /** Name of the file that holds its data. */
  readonly data: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly cacheControl: string;
  readonly isPublic: boolean;
}

/** An object on its way out; whoever is given one closes the file. */
export interface OpenObject {
  readonly file: FileHandle;
  readonly bytes: number;
  readonly mediaType: string;
  readonly cacheControl: string;
  readonly etag: string;
}

interface Folder {
  /** Signs addresses. */
  readonly secret: Buffer;
  /** Bytes of every object, by name. */
  readonly sizes: Map<string, number>;
}

const SECRET_FILE = "secret";
const ENTRY = /^[0-9a-f]{64}\.json$/;

/** The folder holds as much as it may. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
}

/**
 * Objects lie under the hash of their key, so that no key can name a place
 * outside, be too long for a file's name, or be both a file and a folder. New
 * data gets a new file; renaming the entry over the old one is what replaces it.
 */
export class LocalStore implements Sink {
  readonly #settings: LocalSettings;
  #opened: Promise<Folder> | undefined;
  /** Entries are replaced one at a time: each must see which data it leaves behind. */
  #turn: Promise<void> = Promise.resolve();

  constructor(settings: LocalSettings) {
    this.#settings = settings;
  }

  /** Rejects with `StoreFull`, or the file system's own failure. */
  async put(object: NewObject): Promise<Kept> {
    const { folder, maxBytes } = this.#settings;
    const { secret, sizes } = await this.#open();
    const key =
      object.bucket === "" ? object.key : `${object.bucket}/${object.key}`;
    const name = nameOf(key);
    const others = [...sizes].filter(([other]) => other !== name);
    const held = others.reduce((sum, [, bytes]) => sum + bytes, 0);
    if (held + object.bytes > maxBytes) throw new StoreFull();
    // Counted before it is there, so that two at once cannot both fit.
    sizes.set(name, object.bytes);
    const { mediaType, cacheControl, isPublic, bytes } = object;
    const data = `${name}-${randomBytes(8).toString("hex")}`;
    const entry: Entry = {
      key,
      data,
      bytes,
      mediaType,
      cacheControl,
      isPublic,
    };
    try {
      await copyFile(object.path, join(folder, data));
      const turn = this.#turn.then(() => this.#publish(name, entry));
      this.#turn = turn.catch(() => undefined);
      await turn;
    } catch (error) {
      const there = await this.#entry(name);
      if (there) sizes.set(name, there.bytes);
      else sizes.delete(name);
      await rm(join(folder, data), { force: true });
      await rm(join(folder, `${data}.draft`), { force: true });
      throw error;
    }
    const url = urlBelow(this.#settings.base(), "files", key);
    if (isPublic) return { url, publicUrl: url };
    const expires = Math.floor(Date.now() / 1000) + SIGNED_SECONDS;
    const sig = signatureOf(secret, key, expires);
    return { url: `${url}?expires=${expires}&sig=${sig}`, publicUrl: null };
  }

  /** The object at `key`, where it is public or `signature` is good for it; else undefined. */
  async read(
    key: string,
    signature: { readonly expires: string; readonly sig: string } | undefined,
  ): Promise<OpenObject | undefined> {
    const { secret } = await this.#open();
    const entry = await this.#entry(nameOf(key));
    if (!entry) return undefined;
    if (!entry.isPublic && !isGood(secret, key, signature)) return undefined;
    const { data, bytes, mediaType, cacheControl } = entry;
    const path = join(this.#settings.folder, data);
    const file = await open(path, "r").catch(unlessMissing);
    if (!file) {
      const now = await this.#entry(nameOf(key));
      const isReplaced = now !== undefined && now.data !== data;
      return isReplaced ? this.read(key, signature) : undefined;
    }
    return {
      file,
      bytes,
      mediaType,
      cacheControl,
      etag: `"${data.slice(-16)}"`,
    };
  }

  /** Puts an entry in its place, and removes what the one before it named. */
  async #publish(name: string, entry: Entry): Promise<void> {
    const { folder } = this.#settings;
    const draft = join(folder, `${entry.data}.draft`);
    await writeFile(draft, JSON.stringify(entry));
    const before = await this.#entry(name);
    await rename(draft, join(folder, `${name}.json`));
    // What stays is removed at the next start.
    if (before)
      await rm(join(folder, before.data), { force: true }).catch(
        () => undefined,
      );
  }

  /** Makes the folder and its secret at first need, and counts what is there. */
  #open(): Promise<Folder> {
    this.#opened ??= openFolder(this.#settings.folder).catch(
      (error: unknown) => {
        this.#opened = undefined;
        throw error;
      },
    );
    return this.#opened;
  }

  async #entry(name: string): Promise<Entry | undefined> {
    return readEntry(join(this.#settings.folder, `${name}.json`));
  }
}

async function openFolder(folder: string): Promise<Folder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const sizes = new Map<string, number>();
  const data = new Set<string>();
  const files = await readdir(folder);
  for (const file of files.filter((each) => ENTRY.test(each))) {
    const entry = await readEntry(join(folder, file));
    if (!entry) continue;
    sizes.set(file.slice(0, 64), entry.bytes);
    data.add(entry.data);
  }
  // What a process left half written when it died.
  for (const file of files)
    if (/^[0-9a-f]{64}-/.test(file) && !data.has(file))
      await rm(join(folder, file), { force: true });
  return { secret: await secretIn(folder), sizes };
}

/** Kept with the objects, so that addresses outlive the process. */
async function secretIn(folder: string): Promise<Buffer> {
  const path = join(folder, SECRET_FILE);
  const draft = `${path}-${randomBytes(8).toString("hex")}`;
  try {
    await writeFile(draft, randomBytes(32), { flag: "wx", mode: 0o600 });
    // Whole or not there: an empty secret would sign what anyone can.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
}

async function readEntry(path: string): Promise<Entry | undefined> {
  const text = await readFile(path, "utf8").catch(unlessMissing);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Entry);
  } catch {
    // A disk that lost power may keep a name and lose what it held.
    return undefined;
  }
}

/** Nothing, for a file that is not there. */
function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function nameOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function signatureOf(secret: Buffer, key: string, expires: number): string {
  return createHmac("sha256", secret)
    .update(`${expires}\n${key}`)
    .digest("base64url");
}

function isGood(
  secret: Buffer,
  key: string,
  given: { readonly expires: string; readonly sig: string } | undefined,
): boolean {
  if (!given || !/^\d{1,12}$/.test(given.expires)) return false;
  const expires = Number(given.expires);
  const wanted = Buffer.from(signatureOf(secret, key, expires));
  const sig = Buffer.from(given.sig);
  return (
    expires * 1000 > Date.now() &&
    sig.length === wanted.length &&
    timingSafeEqual(sig, wanted)
  );
}
