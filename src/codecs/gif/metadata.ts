// Takes the metadata out of a GIF in memory and puts metadata in; decides neither what is kept nor what it should say.

import type { Embedded, Metadata } from "../metadata.ts";
import {
  joined,
  joinSubBlocks,
  structureOf,
  type Block,
  type Structure,
} from "./blocks.ts";
import { isProfile, isXmp, XMP_WAY_OUT } from "./extensions.ts";
import { inSubBlocks } from "./lzw.ts";

/** GIF has no home for these. */
const HOMELESS = ["exif", "iptc", "extendedXmp"] as const;
/** Bytes of an application extension's name, with their size byte before. */
const NAME_BYTES = 11;

/** Reads comments, XMP and profile. Throws `invalid_image` when the file is no GIF. */
export function readMetadata(file: Uint8Array): Metadata {
  const { blocks } = structureOf(file);
  const dataOf = (block: Block) =>
    joinSubBlocks(file.subarray(block.data, block.end));
  const packet = blocks.find(isXmp);
  const profile = blocks.find(isProfile);
  const comments = blocks
    .filter(({ kind }) => kind === "comment")
    .map((block) => dataOf(block));
  return {
    ...(packet && { xmp: packetOf(file, packet) }),
    ...(comments.length > 0 && { comments }),
    ...(profile && { icc: dataOf(profile).subarray(NAME_BYTES) }),
  };
}

/** The packet as it stands when the way out follows it; else some writer cut it into sub-blocks. */
function packetOf(file: Uint8Array, { data, end }: Block): Uint8Array {
  const bytes = file.subarray(data + 1 + NAME_BYTES, end);
  const packetEnd = bytes.length - XMP_WAY_OUT.length;
  const isBare =
    packetEnd >= 0 &&
    Buffer.from(XMP_WAY_OUT).equals(bytes.subarray(packetEnd));
  return isBare ? bytes.subarray(0, packetEnd) : joinSubBlocks(bytes);
}

/**
 * The file with `metadata` put in behind its global palette. A kind that is
 * given replaces the file's own; one that is not stays as it is. `exif`,
 * `iptc`, `extendedXmp` and a packet with a NUL in it are dropped. Throws
 * `invalid_image` when the file is no GIF.
 */
export function writeMetadata(file: Uint8Array, metadata: Metadata): Embedded {
  const { icc, xmp, comments } = metadata;
  const isWritable = xmp !== undefined && !xmp.includes(0);
  const added = [
    ...(icc ? [application("ICCRGBG1012", inSubBlocks(icc))] : []),
    ...(isWritable ? [application("XMP DataXMP", xmp, XMP_WAY_OUT)] : []),
    ...(comments ?? []).map((text) => extension(0xfe, inSubBlocks(text))),
  ];
  const isReplaced = (block: Block) =>
    (icc !== undefined && isProfile(block)) ||
    (isWritable && isXmp(block)) ||
    (comments !== undefined && block.kind === "comment");
  return {
    bytes: rebuild(file, structureOf(file), added, (block) =>
      isReplaced(block),
    ),
    dropped: [
      ...HOMELESS.filter((kind) => metadata[kind] !== undefined),
      ...(xmp && !isWritable ? (["xmp"] as const) : []),
    ],
  };
}

/** The file with `added` extensions behind its global palette and without `unwanted` blocks; extensions make it a GIF89a. */
export function rebuild(
  file: Uint8Array,
  { body, blocks }: Structure,
  added: readonly Uint8Array[],
  unwanted: (block: Block) => boolean,
): Uint8Array {
  const removed = blocks.filter(unwanted);
  if (added.length === 0 && removed.length === 0) return file;
  const head = file.slice(0, body);
  if (added.length > 0) head.set(Buffer.from("GIF89a", "latin1"));
  const parts = [head, ...added];
  let at = body;
  for (const block of removed) {
    parts.push(file.subarray(at, block.start));
    at = block.end;
  }
  return joined([...parts, file.subarray(at)]);
}

/** An application extension: name of 11 characters, then sub-blocks with their terminator. */
function application(name: string, ...data: Uint8Array[]): Uint8Array {
  const head = Uint8Array.of(NAME_BYTES, ...Buffer.from(name, "latin1"));
  return extension(0xff, head, ...data);
}

function extension(label: number, ...data: Uint8Array[]): Uint8Array {
  return joined([Uint8Array.of(0x21, label), ...data]);
}
