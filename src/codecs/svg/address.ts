// Decides which addresses an SVG may refer to: places in itself, and raster images that it holds.

/** What readers skip within an address: controls, spaces of every kind, marks without width. */
const SKIPPED =
  // oxlint-disable-next-line no-control-regex -- these are what disguises are made of
  /[\0-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+/g;
const RASTER =
  /^data:image\/(png|jpe?g|gif|webp|avif|bmp);base64,[a-z0-9+/=]*$/i;

/** An address without its disguises. */
export const bare = (address: string): string => address.replace(SKIPPED, "");

export const isLocal = (address: string): boolean => {
  const plain = bare(address);
  return plain === "" || plain.startsWith("#");
};

/** A raster image in the address itself; SVG in it would be unjudged. */
export const isRaster = (address: string): boolean =>
  RASTER.test(bare(address));
