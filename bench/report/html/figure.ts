// Frames a chart: its title and note, one drawing for wide windows and one for telephones, and its figures as a table.

import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** Width of the column in pixels; page.css says from which window on. */
const WIDE = 880;
/** A window of 390 pixels less its margins. */
const NARROW = 358;

export interface DataTable {
  readonly head: readonly string[];
  /** Cells are text, or figures that stand to the right. */
  readonly rows: readonly (readonly string[])[];
}

export interface FigureParts {
  readonly title: string;
  readonly note?: string;
  /** The chart at a width in pixels: words keep their size, so each width is drawn for itself. */
  readonly draw: (width: number) => Markup;
  readonly table: DataTable;
}

export function figure({ title, note, draw, table }: FigureParts): Markup {
  return framed(
    title,
    note,
    markup`<div class="wide">${draw(WIDE)}</div><div class="narrow">${draw(NARROW)}</div>`,
    table,
  );
}

/** A figure that is as wide on a telephone as elsewhere, where several stand side by side. */
export function panel({ title, note, draw, table }: FigureParts): Markup {
  return framed(title, note, draw(NARROW), table);
}

function framed(
  title: string,
  note: string | undefined,
  drawing: Markup,
  table: DataTable,
): Markup {
  return markup`<figure><figcaption><h3>${title}</h3>${note === undefined ? undefined : markup`<p>${note}</p>`}</figcaption>${drawing}<details><summary>The figures</summary>${tableOf(table)}</details></figure>
`;
}

export function tableOf({ head, rows }: DataTable): Markup {
  return markup`<div class="scroll"><table><thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${rows.map(
    ([name = "", ...cells]) =>
      markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
