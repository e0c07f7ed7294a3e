// Sums up what clients saw of the real server under load, and what it took.

import type { LoadRequest, LoadResult } from "../run/result.ts";
import { mean, summarize } from "../run/statistics.ts";
import { counts, fixed, markdownTable, megabytes } from "./table.ts";

export function loadText(load: LoadResult): string {
  const { requests, concurrency, wallSeconds, mix, cpuMs } = load;
  const answered = requests.filter(({ status }) => status === 200);
  const kinds = Map.groupBy(requests, ({ kind }) => kind);
  const rows = [["all", requests] as const, ...kinds];
  const weights = Object.entries(mix).map(([kind, n]) => `${kind} ${n}`);
  return [
    `${concurrency} clients for ${fixed(wallSeconds, 0)} s; ${weights.join(", ")}. ${cpuText(cpuMs, wallSeconds, answered.length)}`,
    markdownTable(
      [
        "requests",
        "answered",
        "per s",
        "p50 ms",
        "p95",
        "p99",
        "queue mean ms",
        "p95",
        "503",
        "else",
      ],
      rows.map(([name, group]) => rowOf(name, group, wallSeconds)),
    ),
    `Not answered: ${counts(requests.flatMap(({ status, reason }) => (reason === null ? [] : `${status} ${reason}`)))}.`,
    healthAndMemory(load),
  ].join("\n\n");
}

function cpuText(cpuMs: number | null, seconds: number, answers: number) {
  return cpuMs === null
    ? ""
    : `${fixed(cpuMs / 1000 / seconds, 2)} cores busy, ${fixed(cpuMs / answers, 0)} ms of CPU for each answer.`;
}

function rowOf(
  name: string,
  group: readonly LoadRequest[],
  seconds: number,
): string[] {
  const answered = group.filter(({ status }) => status === 200);
  const refused = group.filter(({ status }) => status === 503);
  const took = summaryOf(answered.map(({ ms }) => ms));
  const queued = answered.flatMap(({ queueMs }) => queueMs ?? []);
  return [
    name,
    `${answered.length}`,
    fixed(answered.length / seconds),
    fixed(took?.p50, 0),
    fixed(took?.p95, 0),
    fixed(took?.p99, 0),
    fixed(queued.length > 0 ? mean(queued) : null, 0),
    fixed(summaryOf(queued)?.p95, 0),
    `${refused.length}`,
    `${group.length - answered.length - refused.length}`,
  ];
}

function summaryOf(values: readonly number[]) {
  return values.length > 0 ? summarize(values) : undefined;
}

function healthAndMemory({ health, memory }: LoadResult): string {
  const [idle, loaded] = [health.idleMs, health.loadedMs].map(summaryOf);
  const most = (bytes: readonly number[]): string =>
    megabytes(bytes.length > 0 ? Math.max(...bytes) : null);
  const [first] = memory;
  return [
    `/health: idle p50 ${fixed(idle?.p50)} ms; under load p50 ${fixed(loaded?.p50)}, p99 ${fixed(loaded?.p99)} ms.`,
    `Resident, shared pages counted in each process: ${megabytes(first?.treeBytes)} MiB at the start, at most ${most(memory.map(({ treeBytes }) => treeBytes))}; the front process ${megabytes(first?.frontBytes)}, at most ${most(memory.map(({ frontBytes }) => frontBytes))}.`,
  ].join(" ");
}
