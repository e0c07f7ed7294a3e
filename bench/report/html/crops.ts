// Shows the worst-looking results beside their originals, where they differ most, pixel by pixel.

import type { Crop } from "../../score/crop.ts";
import type { Exhibit } from "./exhibit.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import { bytesText, counted, formatName, numberText } from "./words.ts";

const ID = "worst";
const SUBJECT = "Worst pictures";
/** Pictures narrower than half of it are enlarged by a whole factor, and labelled so: at 100 % they would be specks. */
const ROOM = 336;
const MOST_TIMES = 8;

export function cropSection(exhibits: readonly Exhibit[]): Section {
  const [worst] = exhibits;
  if (worst === undefined) {
    return absent(
      ID,
      SUBJECT,
      "No scored result differs from its original, or pictures were not asked for.",
      "npm run bench -- report FILE --format html --out PAGE.html --crops 8",
    );
  }
  return section({
    id: ID,
    subject: SUBJECT,
    headline: `The worst-looking result scores ${scoreText(worst)}`,
    lede: "The lowest scores of each format, every file once, cut out where result and original differ most. One pixel of the picture is one pixel here, unless said otherwise. Press a result to see its original in the same place.",
    content: exhibits.map(cardOf),
  });
}

function scoreText({ item: { score } }: Exhibit): string {
  return numberText(score && "mean" in score ? score.mean : null);
}

function cardOf(exhibit: Exhibit): Markup {
  const { item, shown } = exhibit;
  const made = item.outcome?.bytes ?? 0;
  const bytes = `${bytesText(item.inputBytes)} → ${bytesText(made)}`;
  const pictures =
    "crop" in shown
      ? markup`<div class="pair">${picture(shown.crop, "before", "Original", exhibit)}${picture(shown.crop, "after", "Result", exhibit)}</div>`
      : undefined;
  return markup`<article class="exhibit"><div class="caption"><h3><bdi>${item.file}</bdi></h3><p class="score"><strong>${scoreText(exhibit)}</strong> score</p><p>${formatName(item.format)} ${item.preset}, ${item.outcome?.method ?? "–"}<br />${bytes}</p>${noteOf(shown, made)}</div>${pictures}</article>
`;
}

function noteOf(shown: Exhibit["shown"], made: number): Markup {
  if ("unavailable" in shown) {
    return markup`<p class="note">No picture: ${shown.unavailable}</p>`;
  }
  const { crop, bytes } = shown;
  const frame =
    crop.frames > 1 ? `frame ${crop.frame + 1} of ${crop.frames}, ` : "";
  const again =
    bytes === made
      ? ""
      : ` Made again for this page, with ${counted(bytes, "byte")} instead of the ${counted(made, "byte")} measured.`;
  return markup`<p class="note">Shown at ${timesOf(crop) * 100} %: ${frame}${crop.width} × ${crop.height} at ${crop.left}, ${crop.top} of ${crop.pictureWidth} × ${crop.pictureHeight}. Score there: ${numberText(crop.score)}.${again}</p>`;
}

function picture(
  crop: Crop,
  side: "before" | "after",
  name: string,
  { item }: Exhibit,
): Markup {
  const times = timesOf(crop);
  const alt = `${name} of ${item.file}, ${side === "after" ? `${item.preset}, ` : ""}where they differ most`;
  return markup`<figure class="${side}"><img src="data:image/webp;base64,${crop[side]}" width="${crop.width * times}" height="${crop.height * times}" alt="${alt}" /><figcaption>${name}</figcaption></figure>`;
}

function timesOf({ width }: Crop): number {
  return Math.max(1, Math.min(MOST_TIMES, Math.floor(ROOM / width)));
}
