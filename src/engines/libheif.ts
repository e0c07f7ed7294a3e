// The door to libheif compiled to WebAssembly (npm libheif-js): decodes HEIC where the vips command is missing, or takes longer to start.

import { readFile } from "node:fs/promises";

import { ServiceError } from "../errors.ts";

/** What we call of the module; handles are pointers wrapped by it. */
interface Libheif {
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: Readonly<Record<string, unknown>>;
  readonly heif_channel: { readonly heif_channel_interleaved: unknown };
  heif_get_version(): string;
  heif_context_alloc(): unknown;
  heif_context_free(context: unknown): void;
  heif_context_read_from_memory(context: unknown, file: Uint8Array): unknown;
  heif_js_context_get_primary_image_handle(context: unknown): unknown;
  heif_js_decode_image2(
    handle: unknown,
    space: unknown,
    chroma: unknown,
  ): DecodedImage | undefined;
  heif_image_handle_release(handle: unknown): void;
  heif_image_release(image: unknown): void;
}

interface DecodedImage {
  readonly image?: unknown;
  readonly channels?: readonly {
    readonly data: Uint8Array;
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly bits_per_pixel: number;
    readonly id: unknown;
  }[];
}

/** Upright pixels, 8-bit, or 16-bit where more was asked for; no profile applied. */
export interface HeifPixels {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** A fresh instance: its memory, which WebAssembly never gives back, goes with it (265 MB for 12 MP). */
async function load(): Promise<Libheif> {
  const { default: start } = (await import(
    // Its types describe a build for browsers.
    "libheif-js/libheif-wasm/libheif.js"
  )) as unknown as { default: (options: object) => Libheif };
  const url = import.meta.resolve("libheif-js/libheif-wasm/libheif.wasm");
  const wasmBinary = await readFile(new URL(url));
  const quiet = (): void => undefined;
  const options = { wasmBinary, print: quiet, printErr: quiet };
  return start(options);
}

/**
 * Decodes a HEIF file's primary picture, turned and cropped as it says. 12 MP
 * takes 1.3 to 1.6 CPU-s. Throws `invalid_image` when it does not decode. A native
 * call in effect: it cannot be interrupted but by ending the process.
 */
export async function libheifDecode(
  file: Uint8Array,
  { deep, alpha }: { readonly deep: boolean; readonly alpha: boolean },
): Promise<HeifPixels> {
  const lib = await load();
  const context = lib.heif_context_alloc();
  // A Buffer is not taken for bytes.
  lib.heif_context_read_from_memory(context, new Uint8Array(file));
  const handle = lib.heif_js_context_get_primary_image_handle(context);
  const layout = deep
    ? alpha
      ? "RRGGBBAA_LE"
      : "RRGGBB_LE"
    : alpha
      ? "RGBA"
      : "RGB";
  const decoded = lib.heif_js_decode_image2(
    handle,
    lib.heif_colorspace.heif_colorspace_RGB,
    lib.heif_chroma[`heif_chroma_interleaved_${layout}`],
  );
  // A deep image with alpha lists its alpha plane too.
  const interleaved = lib.heif_channel.heif_channel_interleaved;
  const plane = decoded?.channels?.find(({ id }) => id === interleaved);
  if (!plane) throw undecodable();
  const channels = alpha ? 4 : 3;
  const { width, height, stride, bits_per_pixel: bits } = plane;
  const rowBytes = width * channels * (deep ? 2 : 1);
  const data = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++)
    data.set(
      plane.data.subarray(y * stride, y * stride + rowBytes),
      y * rowBytes,
    );
  const size = { width, height, channels } as const;
  return { ...size, data: deep ? stretched(data, bits) : data };
}

/** Little-endian samples of `bits` bits as 16-bit ones of full range. */
function stretched(bytes: Uint8Array, bits: number): Uint16Array {
  const samples = new Uint16Array(bytes.buffer, 0, bytes.length / 2);
  const [up, down] = [16 - bits, 2 * bits - 16];
  return samples.map((value) => (value << up) | (value >> down));
}

function undecodable(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The HEIC file does not decode: it is damaged, cut off, or of a kind not supported.",
    { detected: "heic" },
  );
}

export async function probeLibheif(): Promise<{
  version: string;
  abilities: string[];
}> {
  const lib = await load();
  return { version: lib.heif_get_version(), abilities: ["libheif-js"] };
}
