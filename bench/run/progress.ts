// Shows how far a run is, on stderr: a line redrawn on a terminal, else one for every tenth.

const WIDTH = 30;

export interface Progress {
  /** One more of the steps is done; `label` names it. */
  readonly step: (label: string) => void;
  readonly end: () => void;
}

export function progressBar(
  title: string,
  steps: number,
  stream: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stderr,
): Progress {
  let done = 0;
  let told = 0;
  const draw = (label: string): void => {
    const share = steps === 0 ? 1 : done / steps;
    const bar = "#".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, ".");
    stream.write(
      `\r\x1b[K${title} [${bar}] ${done}/${steps} ${label.slice(0, 50)}`,
    );
  };
  const tell = (): void => {
    const tenth = Math.floor((10 * done) / steps);
    if (tenth === told) return;
    told = tenth;
    stream.write(`${title}: ${tenth * 10} % (${done} of ${steps})\n`);
  };
  return {
    step: (label) => {
      done++;
      if (stream.isTTY) draw(label);
      else tell();
    },
    end: () => {
      if (stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}

/** For work that counts its own steps; the line goes with the last one. */
export function progressTold(
  title: string,
): (done: number, total: number) => void {
  let bar: Progress | undefined;
  return (done, total) => {
    bar ??= progressBar(title, total);
    bar.step("");
    if (done === total) bar.end();
  };
}
