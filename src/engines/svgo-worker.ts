// svgo in a thread of its own, where it can be ended in the middle: one text at a time.

import { parentPort } from "node:worker_threads";

import { optimize } from "svgo";
import type { Config } from "svgo";

export interface SvgoTask {
  readonly text: string;
  readonly config: Config;
}

export type SvgoAnswer = { readonly text: string } | { readonly error: string };

parentPort?.on("message", ({ text, config }: SvgoTask) => {
  parentPort?.postMessage(minified(text, config));
});

function minified(text: string, config: Config): SvgoAnswer {
  try {
    return { text: optimize(text, config).data };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
