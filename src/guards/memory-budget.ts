// Who may hold how much of the service's memory: lanes share one budget, and none starves another. Knows no slots and no queues.

/**
 * What a lane holds and may hold. A part of the budget is its own, which no
 * other lane touches; what it needs beyond comes from what is common.
 */
export interface MemoryShare {
  /** The most that the lane may ever take: its own part and, where it may borrow, all that is common. */
  readonly maxBytes: number;
  readonly heldBytes: number;
  /** Takes `bytes` if they are free and nobody of another lane has waited longer for what is common. */
  readonly take: (bytes: number) => boolean;
  /** Takes `bytes` that are held already, whether they are free or not: others wait until they are. */
  readonly owe: (bytes: number) => void;
  /** Gives back what was taken; whoever waits is asked to try again. */
  readonly give: (bytes: number) => void;
  /** Gets in line: `retry` is called whenever taking may succeed, until it has or the claim is withdrawn. */
  readonly claim: (retry: () => void) => void;
  readonly withdraw: () => void;
}

/**
 * The one ledger. Its rule: a lane's own part is always its own, so that light
 * work of one lane goes on while heavy work of another waits; what is common
 * goes to whoever has waited for it longest, so that the heavy one is not
 * passed for ever.
 */
export class MemoryBudget {
  readonly bytes: number;
  #ownBytes = 0;
  #borrowedBytes = 0;
  /** Lanes that wait, longest first. */
  readonly #claims = new Map<MemoryShare, () => void>();

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /**
   * Opens a lane that alone may hold `ownBytes`. One whose holders wait for
   * another lane while they hold must not borrow: the two could wait for each
   * other for ever.
   */
  share(ownBytes = 0, mayBorrow = true): MemoryShare {
    this.#ownBytes += ownBytes;
    let held = 0;
    const commonBytes = (): number => this.bytes - this.#ownBytes;
    const borrowedAt = (bytes: number): number => Math.max(0, bytes - ownBytes);
    const set = (bytes: number): void => {
      this.#borrowedBytes += borrowedAt(bytes) - borrowedAt(held);
      held = bytes;
    };
    const share: MemoryShare = {
      get maxBytes() {
        return ownBytes + (mayBorrow ? commonBytes() : 0);
      },
      get heldBytes() {
        return held;
      },
      take: (bytes) => {
        const more = borrowedAt(held + bytes) - borrowedAt(held);
        const isCommonFree =
          mayBorrow &&
          this.#isNext(share) &&
          this.#borrowedBytes + more <= commonBytes();
        if (more > 0 && !isCommonFree) return false;
        set(held + bytes);
        return true;
      },
      owe: (bytes) => set(held + bytes),
      give: (bytes) => {
        set(held - bytes);
        this.#retry();
      },
      claim: (retry) => {
        // A lane that waits already keeps its place.
        if (!this.#claims.has(share)) this.#claims.set(share, retry);
      },
      withdraw: () => {
        if (this.#claims.delete(share)) this.#retry();
      },
    };
    return share;
  }

  #isNext(share: MemoryShare): boolean {
    const [first] = this.#claims.keys();
    return first === undefined || first === share;
  }

  #retry(): void {
    for (const retry of [...this.#claims.values()]) retry();
  }
}
