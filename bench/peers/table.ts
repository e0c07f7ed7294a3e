// Every peer the lab knows: the one list of them.

import { cjpegli } from "./cjpegli.ts";
import { cwebp } from "./cwebp.ts";
import { gifsicle } from "./gifsicle.ts";
import { imagemagick } from "./imagemagick.ts";
import type { Peer } from "./peer.ts";
import { pillow } from "./pillow.ts";
import { pngquant } from "./pngquant.ts";
import { scour } from "./scour.ts";
import { vips } from "./vips.ts";

export const PEERS: readonly Peer[] = [
  imagemagick,
  vips,
  pillow,
  cwebp,
  cjpegli,
  pngquant,
  gifsicle,
  scour,
];
