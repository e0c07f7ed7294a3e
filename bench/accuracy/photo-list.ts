// Which pictures of the shared corpus the accuracy files are made from; pictures that show the same are one.

/** What a picture may be made into: by its size, and whether it is drawn. */
export type PhotoKind = "large" | "small" | "graphic";

interface Listed {
  readonly kind: PhotoKind;
  /** Other files of the corpus that show the same: they belong to the same side. */
  readonly same?: readonly string[];
}

/** By their names in the corpus. */
export const PHOTOS: Readonly<Record<string, Listed>> = {
  // Photographs as cameras and phones write them, 3.8 to 12 MP.
  "jpeg/cam-canon-a85-orient8.jpg": { kind: "large" },
  "jpeg/cam-canon-g11.jpg": { kind: "large" },
  "jpeg/cam-iphone5s-issue177.jpg": { kind: "large" },
  "jpeg/cam-iphone6-hdr.jpg": { kind: "large" },
  "jpeg/cam-nokia83-9mp.jpg": { kind: "large" },
  "jpeg/extended-xmp-12mp-orient6.jpg": { kind: "large" },
  "heic/iphone-img3578.heic": { kind: "large" },
  "heic/iphone-img5195.heic": { kind: "large" },
  "heic/sample3.heic": { kind: "large" },
  "heic/samsung-generated.heic": { kind: "large" },
  "heic/samsung-s10plus.heic": { kind: "large" },
  // Photographs and a painting of 0.3 to 2 MP, most of them never coded with loss.
  "png/rd-gb82-city.png": { kind: "small" },
  "png/rd-gb82-dog.png": { kind: "small" },
  "png/rd-gb82-girl.png": { kind: "small" },
  "png/rd-gb82-grass.png": { kind: "small" },
  "png/rd-gb82-night.png": { kind: "small" },
  "png/rd-gb82-sunset.png": { kind: "small" },
  "png/rd-kodak-kodim01.png": { kind: "small" },
  "png/rd-kodak-kodim04.png": { kind: "small" },
  "png/rd-kodak-kodim05.png": { kind: "small" },
  "png/rd-kodak-kodim07.png": { kind: "small" },
  "png/rd-kodak-kodim08.png": { kind: "small" },
  "png/rd-kodak-kodim11.png": { kind: "small" },
  "png/rd-kodak-kodim13.png": { kind: "small" },
  "png/rd-kodak-kodim15.png": { kind: "small" },
  "png/rd-kodak-kodim19.png": { kind: "small" },
  "png/rd-kodak-kodim20.png": { kind: "small" },
  "png/rd-kodak-kodim21.png": { kind: "small" },
  "png/rd-kodak-kodim23.png": { kind: "small", same: ["avif/kodim23.avif"] },
  "jxl/lossless-gb82-haze.jxl": { kind: "small" },
  "jxl/lossless-gb82-rain.jxl": { kind: "small" },
  "jxl/owl.jxl": { kind: "small" },
  "heic/libheif-example.heic": { kind: "small" },
  "jpeg/icc-adobergb-clip-path.jpg": { kind: "small" },
  "jpeg/icc-displayp3-fire.jpg": { kind: "small" },
  "webp/lossy-harvesters.webp": { kind: "small" },
  "avif/mexico-444.avif": { kind: "small" },
  // Drawings, screens, and photographs cut out by their alpha.
  "jpeg/large-honeywave-5120x2880.jpg": { kind: "graphic" },
  "png/wallpaper-kay-1080x1920.png": { kind: "graphic" },
  "png/screenshot-godoc.png": { kind: "graphic" },
  "png/screenshot-graph.png": { kind: "graphic" },
  "png/screenshot-terminal.png": { kind: "graphic" },
  "png/screenshot-tour.png": { kind: "graphic" },
  "png/rgba-photo-500px.png": { kind: "graphic" },
  "jxl/photo-dice-alpha.jxl": { kind: "graphic" },
};

/** Pictures large enough that nothing is made of, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "jpeg/cam-kodak-fz201-16mp.jpg": "a small moon, all else black",
  "jpeg/cam-xperia-z5compact.jpg": "cut off, its lower part is gray",
  "heic/sony-hif.hif": "black",
  "webp/lossy-2560x1440.webp":
    "coded at 0.14 bits a pixel: smoother than photographs are",
  "avif/hdr-mos-10bpc.avif": "coded at 0.08 bits a pixel",
  "avif/monochrome-720p.avif": "coded at 0.06 bits a pixel",
  "jxl/photo-efb.jxl": "coded at 0.13 bits a pixel",
  "jpeg/ultrahdr-small.jpg": "a few flat fields",
};
