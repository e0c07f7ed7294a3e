// The door to svgo: says the same drawing in fewer characters. Loaded when first used; runs in the children alone.

import type { Config } from "svgo";

export interface SvgoOptions {
  /** Digits behind the point. */
  readonly precision: number;
  readonly stripMetadata: boolean;
  /** Leaves alone what draws nothing: someone may refer to it. */
  readonly keepHidden: boolean;
}

/**
 * The SVG minified in as many passes as help (at most ten). Ids, title,
 * desc, viewBox, roles and data attributes stay. 2.5 to 4 CPU-s per megabyte. Throws svgo's error when
 * it cannot read the text. Cannot be interrupted.
 */
export async function minifySvg(
  text: string,
  options: SvgoOptions,
): Promise<string> {
  const { optimize } = await import("svgo");
  return optimize(text, configOf(options)).data;
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
