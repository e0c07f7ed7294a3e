// The measured process: runs one job after the other as a child of the pool would, and says what each cost.

import { copyFile, stat } from "node:fs/promises";
import { basename } from "node:path";

import { setSearchPath } from "../../src/engines/command.ts";
import { probeEngines } from "../../src/engines/probe.ts";
import { setUpSharp, sharp } from "../../src/engines/sharp.ts";
import { ServiceError } from "../../src/errors.ts";
import { abilitiesOf } from "../../src/image/engine-report.ts";
import type { EngineAbility } from "../../src/image/engine-report.ts";
import { Workspaces } from "../../src/sources/workspace.ts";
import { makeFile } from "../../src/verbs/run-job.ts";
import { DEFAULTS, jobOf } from "./job.ts";
import { measure } from "./measure.ts";
import type {
  Encode,
  EncodeReport,
  JobReport,
  Ready,
  RunJob,
  ToWorker,
} from "./messages.ts";
import { referenceWork } from "./reference.ts";
import { serve, wordsOf } from "./serve.ts";

let engines: readonly EngineAbility[] = [];
const workspaces = await Workspaces.open(undefined);

serve(answer, () => workspaces.close());

async function answer(request: ToWorker): Promise<unknown> {
  if (request.type === "set-up") return setUp(request.searchPath);
  if (request.type === "reference") return referenceWork();
  return request.type === "run" ? run(request) : encode(request);
}

async function setUp(searchPath: string): Promise<Ready> {
  setSearchPath(searchPath);
  setUpSharp(DEFAULTS.MAGICK_THREAD_LIMIT);
  const reports = await probeEngines();
  engines = [...abilitiesOf(reports)];
  return { engines: reports };
}

async function run(request: RunJob): Promise<JobReport> {
  try {
    return await workspaces.within(async ({ folder, path }) => {
      const input = path(`in-${basename(request.path)}`);
      await copyFile(request.path, input);
      const place = { workspace: folder, engines, encoders: request.encoders };
      const { value, cost } = await measure(
        async () => makeFile(await jobOf(input, request.intent, place)),
        request,
      );
      if (request.keepAs !== null) await copyFile(value.path, request.keepAs);
      const { method, format, warnings, declined, spans: phases } = value;
      const { size: bytes } = await stat(value.path);
      return {
        run: { ...cost, phases },
        outcome: { method, format, bytes, warnings, declined },
      };
    });
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : "internal_error";
    return { failure: { code, message: wordsOf(error) } };
  }
}

async function encode(request: Encode): Promise<EncodeReport> {
  const { path, output, format, options } = request;
  const { cost } = await measure(
    () => sharp(path).toFormat(format, options).toFile(output),
    { watchHeap: false },
  );
  return { cpuMs: cost.cpuMs.own, wallMs: cost.wallMs };
}
