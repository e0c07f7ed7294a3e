// `report`: reads results and shows them in the format asked for: tables on the terminal, or a page in a file.

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { readResult } from "../run/result-file.ts";
import { UsageError } from "../usage-error.ts";
import { exhibitsOf } from "./html/exhibit.ts";
import { readMaterial } from "./html/material.ts";
import { htmlPage } from "./html/page.ts";
import { worstOf } from "./html/worst.ts";
import { markdownReport } from "./markdown.ts";

/** One or two of each format, and a page of about 2 MB. */
const CROPS = 8;

/** Throws UsageError. */
export async function reportCommand(args: readonly string[]): Promise<number> {
  const { files, format, out, crops } = read(args);
  const [file, ...more] = files;
  if (file === undefined) {
    throw new UsageError("report takes the file of a result.");
  }
  switch (format) {
    case "markdown":
      if (more.length > 0 || out !== undefined) {
        throw new UsageError("A markdown report is of one result, to stdout.");
      }
      console.log(markdownReport(await readResult(file)));
      return 0;
    case "html":
      if (out === undefined) throw new UsageError("--out must name the page.");
      await writePage(files, out, cropsOf(crops));
      console.log(`Page: ${out}`);
      return 0;
    default:
      throw new UsageError(
        `--format must be markdown or html, not "${format}".`,
      );
  }
}

async function writePage(
  files: readonly string[],
  out: string,
  crops: number,
): Promise<void> {
  const material = await readMaterial(files);
  const exhibits = await exhibitsOf(worstOf(material.cases, crops));
  await writeFile(out, htmlPage(material, exhibits)).catch((error: Error) => {
    throw new UsageError(error.message);
  });
}

function cropsOf(given: string | undefined): number {
  const crops = Number(given ?? CROPS);
  if (given !== "" && Number.isInteger(crops) && crops >= 0 && crops <= 40) {
    return crops;
  }
  throw new UsageError(
    `--crops must be an integer from 0 to 40, not "${given}".`,
  );
}

function read(args: readonly string[]) {
  try {
    const { values, positionals: files } = parseArgs({
      args: [...args],
      options: {
        format: { type: "string", default: "markdown" },
        out: { type: "string" },
        crops: { type: "string" },
      },
      allowPositionals: true,
    });
    return { ...values, files };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
