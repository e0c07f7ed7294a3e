// Who enters the curves: our own encoders through /convert, peers, and settings on trial; all are given the same PNG.

import { ALL_CODECS } from "../../src/codecs/table.ts";
import type { ConvertIntent } from "../../src/image/intent.ts";
import { convertRequest } from "../../src/http/convert-request.ts";
import type { Peer } from "../peers/peer.ts";
import { QUALITIES } from "../peers/peer.ts";
import { timedCommand } from "../peers/timed-command.ts";
import type { Laboratory } from "../run/laboratory.ts";
import { cpuMsOf } from "../run/result.ts";
import type { Curve, CurvePoint } from "./curve.ts";
import { SETTINGS } from "./settings.ts";

export type Cost = Pick<CurvePoint, "cpuMs" | "wallMs">;

export interface Contestant {
  readonly name: string;
  readonly kind: Curve["kind"];
  readonly output: string;
  readonly qualities: readonly number[];
  /** Rejects with what failed. */
  readonly encode: (
    input: string,
    output: string,
    quality: number,
  ) => Promise<Cost>;
}

/** Encoders an operator may choose between; the first is what the others are measured by. */
const ENCODERS: Readonly<Record<string, readonly string[]>> = {
  jpeg: ["turbo", "mozjpeg"],
};

/** Every output of the table, with each of its encoders. */
export function ourContestants(lab: Laboratory): Contestant[] {
  return ALL_CODECS.flatMap(({ id, outputNames: [format] }) =>
    format === undefined
      ? []
      : (ENCODERS[id] ?? [undefined]).map((encoder) => ({
          name: `darkroom${encoder === undefined ? "" : ` ${encoder}`}`,
          kind: "ours" as const,
          output: id,
          qualities: QUALITIES,
          encode: (input, output, quality) =>
            convertOurs(lab, input, output, {
              intent: intentOf(format, quality),
              encoders: encoder === undefined ? {} : { [id]: encoder },
            }),
        })),
  );
}

async function convertOurs(
  lab: Laboratory,
  path: string,
  keepAs: string,
  asked: { intent: ConvertIntent; encoders: Record<string, string> },
): Promise<Cost> {
  const report = await lab.run({ path, keepAs, watchHeap: false, ...asked });
  if ("failure" in report) throw new Error(report.failure.message);
  return { cpuMs: cpuMsOf(report.run), wallMs: report.run.wallMs };
}

function intentOf(format: string, quality: number): ConvertIntent {
  const fields = { format, q: quality, strip_exif: true };
  return convertRequest(Object.entries(fields), "json", false, {
    resize: "exact",
  }).intent;
}

export function peerContestants(peer: Peer): Contestant[] {
  return peer.formats.map((format) => ({
    name: peer.name,
    kind: "peer",
    output: format,
    qualities: peer.levels,
    encode: (input, output, level) =>
      timedCommand(peer.command({ input, output, format, level })),
  }));
}

export function settingContestants(lab: Laboratory): Contestant[] {
  return SETTINGS.map(({ name, format, options }) => ({
    name,
    kind: "setting",
    output: format,
    qualities: QUALITIES,
    encode: (path, output, quality) =>
      lab.encode({ path, output, format, options: { ...options, quality } }),
  }));
}
