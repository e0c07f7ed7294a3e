// Sets the section on rate and distortion: what encoders need for equal looks, and ours against the best peer.

import type { AverageCurve, CurveGroup } from "./average-curve.ts";
import { curveGroups } from "./average-curve.ts";
import { curvePanels } from "./curve-panels.ts";
import type { Material } from "./material.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import { counted, formatName, listed, percentText } from "./words.ts";

const ID = "curves";
const SUBJECT = "Rate and distortion";
/** Where the headline compares: our default look. */
const COMPARED = 76;

export function curveSection({ curves }: Material): Section {
  const groups = curveGroups(curves);
  if (groups.length === 0) {
    return absent(
      ID,
      SUBJECT,
      "No curves were drawn in these results.",
      "npm run bench -- run --mode quality --fmt jpeg,webp,avif --corpus FOLDER",
    );
  }
  return section({
    id: ID,
    subject: SUBJECT,
    headline: headlineOf(groups),
    lede: `Each encoder drew the same ${counted(groups[0]?.pictures ?? 0, "lossless photograph")} at its own qualities; they are compared where their scores are equal, by the geometric mean of bytes. Nothing is extrapolated: a line ends where fewer than half of the pictures reach it.`,
    content: groups.map((group) => curvePanels(group)),
  });
}

/** "For the same look, JPEG takes 84 % of the best peer's bytes and WebP 100 %". */
function headlineOf(groups: readonly CurveGroup[]): string {
  const findings = groups.flatMap((group) => {
    const ours = best(group.curves.filter(({ kind }) => kind === "ours"));
    const theirs = best(group.curves.filter(({ kind }) => kind === "peer"));
    return ours === undefined || theirs === undefined
      ? []
      : [{ name: formatName(group.output), share: (100 * ours) / theirs }];
  });
  const [first, ...others] = findings;
  if (first === undefined) return "No peer reaches the looks of ours";
  return `For the same look, ${listed([
    `${first.name} takes ${percentText(first.share, 0)} of the best peer’s bytes`,
    ...others.map(({ name, share }) => `${name} ${percentText(share, 0)}`),
  ])}`;
}

/** The least share of the baseline's bytes; undefined where none reaches the score. */
function best(curves: readonly AverageCurve[]): number | undefined {
  const shares = curves.flatMap(
    ({ points }) =>
      points.find((one) => one?.score === COMPARED)?.relative ?? [],
  );
  return shares.length === 0 ? undefined : Math.min(...shares);
}
