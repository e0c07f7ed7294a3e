// A DNS server on a free UDP port of this machine: answers by name, the same way each time or another way each look-up, or not at all.

import { createSocket } from "node:dgram";

/** Addresses of either family, a failure by its code, or no answer. */
export type Answer =
  readonly string[] | "nxdomain" | "servfail" | "refused" | "silence";

/** By name; a list of answers is gone through look-up by look-up, the last one stays. */
export type Zone = Readonly<Record<string, Answer | { turns: Answer[] }>>;

export interface DnsServer {
  /** As `dnsResolve` takes it. */
  readonly address: string;
  /** Look-ups of a name so far, both families counted as one. */
  readonly lookups: (name: string) => number;
  readonly close: () => Promise<void>;
}

const FAILURES = { servfail: 2, nxdomain: 3, refused: 5 } as const;
const A = 1;
const AAAA = 28;

export async function dnsServer(zone: Zone): Promise<DnsServer> {
  const counts = new Map<string, number>();
  const waiting: ((said: "refused") => void)[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, type, end } = questionOf(query);
    const turn = counts.get(`${name} ${type}`) ?? 0;
    counts.set(`${name} ${type}`, turn + 1);
    const known = zone[name] ?? "nxdomain";
    const answer =
      typeof known === "object" && "turns" in known
        ? known.turns[Math.min(turn, known.turns.length - 1)]!
        : known;
    const reply = (said: Exclude<Answer, "silence">): void =>
      socket.send(replyTo(query.subarray(0, end), type, said), from.port);
    if (answer === "silence") waiting.push(reply);
    else reply(answer);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, "127.0.0.1", resolve);
  });
  const { port } = socket.address();
  return {
    address: `127.0.0.1:${port}`,
    lookups: (name) => counts.get(`${name} ${A}`) ?? 0,
    close: () => {
      // Else they would keep the process until they have timed out.
      for (const reply of waiting) reply("refused");
      return new Promise((resolve) => {
        setTimeout(() => socket.close(() => resolve()), 50);
      });
    },
  };
}

/** The one question of a query: labels, type, and where it ends (RFC 1035, 4.1.2). */
function questionOf(query: Buffer): {
  name: string;
  type: number;
  end: number;
} {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  const name = labels.join(".").toLowerCase();
  return { name, type: query.readUInt16BE(at + 1), end: at + 5 };
}

function replyTo(
  question: Buffer,
  type: number,
  answer: Exclude<Answer, "silence">,
): Buffer {
  const reply = Buffer.from(question);
  const found =
    typeof answer === "string" ? [] : answer.map(bytesOf).filter(hasType(type));
  const code = typeof answer === "string" ? FAILURES[answer] : 0;
  // A response, recursion asked for and had.
  reply.writeUInt16BE(0x8180 | code, 2);
  reply.writeUInt16BE(found.length, 6);
  // No authorities, nothing additional.
  reply.fill(0, 8, 12);
  const records = found.map((address) => {
    // The name stands at byte 12; class IN; never cached.
    const head = Buffer.from("c00c0000000100000000", "hex");
    head.writeUInt16BE(type, 2);
    return Buffer.concat([head, Buffer.from([0, address.length]), address]);
  });
  return Buffer.concat([reply, ...records]);
}

const hasType =
  (type: number) =>
  ({ length }: Buffer): boolean =>
    (type === A && length === 4) || (type === AAAA && length === 16);

function bytesOf(address: string): Buffer {
  if (!address.includes(":"))
    return Buffer.from(address.split(".").map(Number));
  const [head, tail] = address
    .split("::")
    .map((half) => half.split(":").filter((word) => word !== ""));
  const words = [...head!, ...(tail ?? [])].map((word) =>
    word.padStart(4, "0"),
  );
  words.splice(
    head!.length,
    0,
    ...Array.from({ length: 8 - words.length }, () => "0000"),
  );
  return Buffer.from(words.join(""), "hex");
}
