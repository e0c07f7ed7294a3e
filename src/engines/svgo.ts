// The door to svgo: says the same drawing in fewer characters. Loaded when first used; runs in the children alone.

import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { Config } from "svgo";

import type { SvgoAnswer, SvgoTask } from "./svgo-worker.ts";

export interface SvgoOptions {
  /** Digits behind the point. */
  readonly precision: number;
  readonly stripMetadata: boolean;
  /** Leaves alone what draws nothing: someone may refer to it. */
  readonly keepHidden: boolean;
}

/** The signal aborted while svgo was at work. */
export class SvgoTooSlow extends Error {
  override readonly name = "SvgoTooSlow";
}

/** One thread serves all jobs of this process, until one of them has to end it. */
let idle: Worker | undefined;

/**
 * The SVG minified in as many passes as help (at most ten). Ids, title,
 * desc, viewBox, roles and data attributes stay. 2.5 to 4 CPU-s per megabyte
 * as a rule, a hundred times that for paths made for it: `signal` ends it.
 * Throws `SvgoTooSlow`, and svgo's error when it cannot read the text.
 */
export async function minifySvg(
  text: string,
  options: SvgoOptions,
  signal: AbortSignal,
): Promise<string> {
  const worker = idle ?? new Worker(new URL("svgo-worker.ts", import.meta.url));
  idle = undefined;
  worker.unref();
  try {
    const answer = await answerOf(
      worker,
      { text, config: configOf(options) },
      signal,
    );
    idle = worker;
    if ("error" in answer) throw new Error(answer.error);
    return answer.text;
  } finally {
    if (idle !== worker) await worker.terminate();
  }
}

async function answerOf(
  worker: Worker,
  task: SvgoTask,
  signal: AbortSignal,
): Promise<SvgoAnswer> {
  worker.postMessage(task);
  try {
    // A thread that dies rejects with its error.
    const [answer] = (await once(worker, "message", { signal })) as [
      SvgoAnswer,
    ];
    return answer;
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new SvgoTooSlow("svgo was ended.", { cause });
  }
}

function configOf({
  precision,
  stripMetadata,
  keepHidden,
}: SvgoOptions): Config {
  return {
    multipass: true,
    floatPrecision: precision,
    plugins: [
      {
        name: "preset-default",
        params: {
          overrides: {
            // Ids are names that pages, sprites and scripts around the picture use.
            cleanupIds: false,
            // A rect that is a path by now answers to no style or script that asks for a rect.
            convertShapeToPath: false,
            removeDesc: false,
            removeUnknownsAndDefaults: { keepRoleAttr: true },
            // Left to itself it keeps those that begin with "!".
            removeComments: stripMetadata && { preservePatterns: false },
            ...(!stripMetadata && {
              removeMetadata: false,
              removeEditorsNSData: false,
              removeUnusedNS: false,
            }),
            ...(keepHidden && {
              removeHiddenElems: false,
              removeEmptyContainers: false,
              removeEmptyText: false,
              removeUselessDefs: false,
              collapseGroups: false,
              mergePaths: false,
            }),
          },
        },
      },
    ],
  };
}

export async function probeSvgo(): Promise<{
  version: string;
  abilities: string[];
}> {
  const { VERSION } = await import("svgo");
  return { version: `svgo ${VERSION}`, abilities: ["svgo"] };
}
