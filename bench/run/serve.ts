// The child's side of a lab process: answers each request with what its handler makes of it, in order; ends with its parent.

export interface Envelope {
  readonly id: number;
  readonly body: unknown;
}

export interface Answer {
  readonly id: number;
  readonly body?: unknown;
  /** What the handler threw. */
  readonly error?: string;
}

/** `tidy` runs once the parent is gone or has no more to ask. */
export function serve(
  // Each process is asked by one parent of ours, which knows what it takes.
  handle: (request: never) => Promise<unknown>,
  tidy: () => Promise<void> = () => Promise.resolve(),
): void {
  process.on("disconnect", () => {
    void tidy().finally(() => process.exit(0));
  });
  process.on("message", ({ id, body }: Envelope) => {
    void handle(body as never).then(
      (made) => answer({ id, body: made }),
      (error: unknown) => answer({ id, error: wordsOf(error) }),
    );
  });
}

function answer(message: Answer): void {
  process.send?.(message);
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
