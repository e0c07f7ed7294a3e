// What a rate limit is made of: windows, a store that counts requests in them, and its verdict. Counts nothing itself and knows no caller.

/** At most `limit` requests in any stretch of `seconds`, wherever it begins: a window that slides, not a box that empties. */
export interface RateWindow {
  /** What the RateLimit headers call it. */
  readonly name: string;
  readonly limit: number;
  readonly seconds: number;
}

export interface WindowState {
  /** Requests that the window still has room for; 0 when it is full. */
  readonly remaining: number;
  /** Milliseconds in which no more than `remaining` requests can pass: until the next counted request leaves the window. */
  readonly freesInMs: number;
}

export interface RateVerdict {
  readonly passed: boolean;
  /** In the order of the windows that were asked about. */
  readonly states: readonly WindowState[];
}

/** Where requests are counted. A request that is refused is not counted: who keeps knocking is let in as soon as who waits. */
export interface RateStore {
  readonly name: "redis" | "memory";
  /** False while the store cannot count: nobody is limited then. */
  readonly isWorking: boolean;
  /**
   * Counts one request of `key` in all windows, or in none where one is full;
   * no other request's count comes between. Throws when the store does not
   * answer.
   */
  readonly take: (
    key: string,
    windows: readonly RateWindow[],
  ) => Promise<RateVerdict>;
  readonly close: () => void;
}

/** Seconds of the longest window: no count is kept longer. */
export function longestSeconds(windows: readonly RateWindow[]): number {
  return Math.max(...windows.map(({ seconds }) => seconds));
}
